import ContextResolver from 'jsonld/lib/ContextResolver.js';
import library from 'jsonld/lib/context.js';

// Imports the library's internal modules, because its main entry also loads an HTTP client: a twentieth of the start
// time.

/** The parts of the library's active context that we use. */
export interface ActiveContext {
  readonly '@vocab'?: string;
  readonly mappings: ReadonlyMap<string, { '@id'?: string | null; _prefix?: boolean; reverse?: boolean } | null>;
}

const OPTIONS = { processingMode: 'json-ld-1.1', base: '', documentLoader: refuseToLoad, eventHandler: null };

/** An active context without terms. */
export function initialContext(): ActiveContext {
  return library.getInitialContext(OPTIONS);
}

/**
 * Processes context objects in order on top of an active context (JSON-LD 1.1 API, 4.1).
 *
 * @throws JsonLdError: one is invalid, or refers to another document
 */
export function processContext(activeCtx: ActiveContext, contexts: readonly unknown[]): Promise<ActiveContext> {
  const localCtx = { '@context': structuredClone(contexts) };
  const contextResolver = new ContextResolver({ sharedCache: new Map() });
  return library.process({ activeCtx, localCtx, options: { ...OPTIONS, contextResolver } });
}

async function refuseToLoad(url: string): Promise<never> {
  throw new Error(`${url} should have been resolved before`);
}
