import { NgsiLdError } from '../model/errors.ts';
import { type ActiveContext, initialContext, processContext } from './process-context.ts';
import type { TermDefinition, TermDefinitions } from './term-parts.ts';

/** Compiles the terms of @contexts whose references are already resolved. */
interface TermDefiner {
  readonly vocabulary: string;
  readonly coreTerms: TermDefinitions;
  /**
   * The terms of the user's context objects, in order; null resets everything before it.
   *
   * @throws NgsiLdError BadRequestData: it is not a valid JSON-LD 1.1 context
   */
  define(contexts: readonly unknown[]): Promise<Map<string, TermDefinition>>;
}

/** @param coreContext the value of `@context` in the core document */
export async function createTermDefiner(coreContext: Record<string, unknown>): Promise<TermDefiner> {
  const core = await processContext(initialContext(), [openCore(coreContext)]);
  const coreTerms = definitionsOf(core);
  return {
    vocabulary: core['@vocab'] ?? '',
    coreTerms,
    define: async (contexts) => definitionsOf(await processed(core, contexts), coreTerms),
  };
}

/**
 * The core context is applied before and after the user's contexts, so that user terms can use its prefixes and types.
 * For that, its protection is removed (a redefinition is overruled, not an error), and so is the scoped context of
 * `ngsildproof`, whose content is opaque and which would have to be fetched.
 */
function openCore(coreContext: Record<string, unknown>): Record<string, unknown> {
  const terms = Object.entries(coreContext).filter(([term]) => term !== '@protected');
  return Object.fromEntries(
    terms.map(([term, definition]) => {
      if (typeof definition !== 'object' || definition === null || !('@context' in definition))
        return [term, definition];
      const { '@context': _scoped, ...rest } = definition;
      return [term, rest];
    }),
  );
}

async function processed(core: ActiveContext, contexts: readonly unknown[]): Promise<ActiveContext> {
  if (contexts.length === 0) return core;
  try {
    return await processContext(core, contexts);
  } catch (cause) {
    throw new NgsiLdError('BadRequestData', `@context is not a valid JSON-LD 1.1 context: ${explain(cause)}`, {
      cause,
    });
  }
}

function definitionsOf(active: ActiveContext, except?: TermDefinitions): Map<string, TermDefinition> {
  const definitions = new Map<string, TermDefinition>();
  for (const [term, mapping] of active.mappings) {
    if (except?.has(term)) continue;
    definitions.set(term, {
      iri: mapping?.['@id'] ?? null,
      prefix: mapping?._prefix ?? false,
      reverse: mapping?.reverse ?? false,
    });
  }
  return definitions;
}

/** The library's errors name the term in `details`. */
function explain(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const { details } = cause as { details?: { code?: string; term?: string } };
  const where = details?.term === undefined ? '' : ` (term "${details.term}")`;
  return `${cause.message.replace('Invalid JSON-LD syntax; ', '')}${where}`;
}
