import { NgsiLdError } from '../model/errors.ts';
import { Turns } from '../turns/turns.ts';
import { checkSize } from './context-size.ts';
import { notAvailable } from './fetch-document.ts';

/** The value of a document's `@context`, and how long it may be used (milliseconds since the epoch). */
export interface ContextDocument {
  readonly context: unknown;
  /** The base of relative references. */
  readonly base: string;
  readonly expiresAt: number;
}

interface GatherOptions {
  load(url: string): Promise<ContextDocument>;
  /** Whether the URL is that of the core @context, which is left out because it is applied to every context anyway. */
  isCore(url: string): boolean;
  isCoreTerm(term: string): boolean;
  /** The base of relative references; absent: relative references are not allowed. */
  readonly base?: string;
}

/** Context objects in processing order, with all references resolved. */
interface GatheredContexts {
  readonly contexts: readonly unknown[];
  /** When the first of their documents must be fetched again. */
  readonly expiresAt: number;
}

const MAX_DOCUMENTS = 20;
const MAX_DEPTH = 8;
const MAX_OBJECTS = 64;

interface Place {
  readonly base: string | undefined;
  /** The documents on the path to this one. */
  readonly trail: readonly string[];
  readonly depth: number;
}

/**
 * Replaces every reference in a @context value by its content, following compound documents and `@import`.
 *
 * @throws NgsiLdError LdContextNotAvailable: a document can't be fetched, or there are too many; BadRequestData: a
 * value is not a @context, a document includes itself, or a term has a scoped context
 */
export async function gather(value: unknown, options: GatherOptions): Promise<GatheredContexts> {
  const contexts: unknown[] = [];
  let expiresAt = Number.POSITIVE_INFINITY;
  let documents = 0;
  const turns = new Turns();
  await visit(value, { base: options.base, trail: [], depth: 0 });
  return { contexts, expiresAt };

  async function visit(part: unknown, place: Place): Promise<void> {
    if (typeof part === 'string') return follow(part, place);
    if (Array.isArray(part)) {
      const within = { ...place, depth: place.depth + 1 };
      if (within.depth > MAX_DEPTH) throw invalid(`nests deeper than ${MAX_DEPTH} levels`);
      for (const member of part) await visit(member, within);
      return;
    }
    if (part !== null && typeof part !== 'object') {
      throw invalid(`must be a URL, an object or an array of them, got ${JSON.stringify(part)}`);
    }
    if (contexts.length >= MAX_OBJECTS) throw invalid(`is made of more than ${MAX_OBJECTS} objects`);
    if (part !== null) checkSize(part);
    if (turns.isOver) await turns.next();
    const context = part === null ? null : unscoped({ ...(await imported(part, place)), ...part }, options);
    contexts.push(context);
  }

  async function follow(reference: string, place: Place): Promise<void> {
    const url = absolute(reference, place);
    if (options.isCore(url)) return;
    const { context, base } = await load(url, place);
    await visit(context, { base, trail: [...place.trail, url], depth: place.depth + 1 });
  }

  async function load(url: string, place: Place): Promise<ContextDocument> {
    if (place.trail.includes(url)) throw invalid(`"${url}" includes itself`);
    if (place.depth >= MAX_DEPTH) throw notAvailable(url, `it lies more than ${MAX_DEPTH} references deep`);
    documents += 1;
    if (documents > MAX_DOCUMENTS) throw notAvailable(url, `more than ${MAX_DOCUMENTS} documents are needed`);
    const document = await options.load(url);
    expiresAt = Math.min(expiresAt, document.expiresAt);
    return document;
  }

  /** The object that `@import` refers to. The importing object overrides its members (JSON-LD 1.1, 4.1.10). */
  async function imported(context: object, place: Place): Promise<object> {
    const reference: unknown = Reflect.get(context, '@import');
    if (reference === undefined) return {};
    if (typeof reference !== 'string') throw invalid(`@import must be a URL, got ${JSON.stringify(reference)}`);
    const url = absolute(reference, place);
    const { context: source } = await load(url, place);
    if (typeof source !== 'object' || source === null || Array.isArray(source) || '@import' in source) {
      throw invalid(`@import "${url}" must lead to one object without an @import of its own`);
    }
    return source;
  }
}

function absolute(reference: string, { base }: Place): string {
  const url = URL.parse(reference, base);
  if (url === null) throw invalid(`"${reference}" is not an absolute URL`);
  // An absolute URL is kept as written, because the core context is recognised by its exact URL.
  return URL.canParse(reference) ? reference : url.href;
}

/** Scoped contexts are refused (5.5.7). For core terms they are dropped, because the core's own definition applies. */
function unscoped(context: Record<string, unknown>, { isCoreTerm }: GatherOptions): Record<string, unknown> {
  const { '@import': _done, ...result } = context;
  for (const [term, definition] of Object.entries(result)) {
    if (typeof definition !== 'object' || definition === null || !Object.hasOwn(definition, '@context')) continue;
    if (!isCoreTerm(term)) {
      throw invalid(`has a scoped context in the term "${term}", which NGSI-LD does not allow`);
    }
    delete result[term];
  }
  return result;
}

function invalid(what: string): NgsiLdError {
  return new NgsiLdError('BadRequestData', `@context ${what}`);
}
