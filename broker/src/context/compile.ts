import { checkSize } from './context-size.ts';
import { LargeContexts } from './large-contexts.ts';
import { createTermDefiner } from './term-definitions.ts';
import { TermMap } from './term-map.ts';

/** Compiles @contexts whose references are already resolved. */
export interface Compiler {
  readonly core: TermMap;
  /**
   * @param contexts the user's context objects in order; null resets everything before it
   *
   * @throws NgsiLdError BadRequestData: it is not a valid JSON-LD 1.1 context, or has too many terms
   */
  compile(contexts: readonly unknown[]): Promise<TermMap>;
  close(): Promise<void>;
}

/** Larger contexts are compiled in another thread: a thousand terms would block this one for about 20 ms. */
const MAX_TERMS_HERE = 1_000;

/** @param coreContext the value of `@context` in the core document */
export async function createCompiler(coreContext: Record<string, unknown>): Promise<Compiler> {
  const { coreTerms, vocabulary, define } = await createTermDefiner(coreContext);
  const large = new LargeContexts(coreContext);

  return {
    core: new TermMap(coreTerms, new Map(), vocabulary),
    async compile(contexts) {
      checkSize(contexts);
      const terms = contexts.reduce<number>((sum, context) => sum + Object.keys(context ?? {}).length, 0);
      if (terms > MAX_TERMS_HERE) return TermMap.ofParts(coreTerms, await large.define(contexts), vocabulary);
      return new TermMap(coreTerms, await define(contexts), vocabulary);
    },
    close: () => large.close(),
  };
}
