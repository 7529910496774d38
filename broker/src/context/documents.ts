import { type CacheUse, Lru } from '../collections/lru.ts';
import { contentId } from './content-id.ts';
import type { ContextStore } from './context-store.ts';
import { type FetchOptions, fetchDocument, notAvailable } from './fetch-document.ts';
import type { ContextDocument } from './gather.ts';

interface DocumentOptions extends FetchOptions {
  readonly store: ContextStore;
  /** Nothing is fetched: what is not at hand is not available. */
  readonly offline: boolean;
  /** Rejects a document that is no valid @context: it is not kept, and what it should have replaced stays. */
  check(document: ContextDocument): Promise<void>;
}

/** A copy whose renewal failed goes on being used, and is tried again after this. */
const RETRY_MS = 10_000;
/** How long a document that can't be had is not asked for again. */
const FAILURE_MS = 3_000;
/** Bytes of documents kept in memory, and of errors: a document takes several times what its text does. */
const KEPT_BYTES = 64 * 1024 * 1024;
const BYTES_OF_CHARACTER = 4;
const KEPT_FAILURE_BYTES = 4 * 1024 * 1024;
const FAILURE_BYTES = 3_000;

/**
 * Fetched context documents: kept in memory and in the database, renewed as their servers said (6.3.16).
 * Calls for one URL share one fetch.
 */
export interface Documents {
  load(url: string): Promise<ContextDocument>;
  /** Fetches it anew, in place of its copy. @throws NgsiLdError LdContextNotAvailable: the copy stays */
  refetch(url: string): Promise<void>;
  /** Drops what is held in memory; the database has it still, unless it was deleted there. */
  forget(): void;
  /** How full its caches are, by their names. */
  caches(): { readonly [name: string]: CacheUse };
}

export function createDocuments(options: DocumentOptions): Documents {
  const kept = new Lru<ContextDocument>(KEPT_BYTES);
  const failures = new Lru<{ readonly error: unknown; readonly until: number }>(KEPT_FAILURE_BYTES);
  const underway = new Map<string, Promise<ContextDocument>>();

  async function load(url: string): Promise<ContextDocument> {
    const known = kept.get(url);
    if (known !== undefined && known.expiresAt > Date.now()) return known;
    const failure = failures.get(url);
    if (failure !== undefined && failure.until > Date.now()) throw failure.error;
    let renewal = underway.get(url);
    if (renewal === undefined) {
      renewal = renew(url, known).finally(() => underway.delete(url));
      underway.set(url, renewal);
    }
    return renewal;
  }

  async function refetch(url: string): Promise<void> {
    const fetched = await attempt(url);
    // Whatever is wrong with what comes now, it is not available (5.13.5).
    if ('error' in fetched) throw notAvailable(url, (fetched.error as Error).message);
    await save(url, fetched);
    keep(url, fetched);
  }

  function forget(): void {
    kept.clear();
    failures.clear();
  }

  const caches = () => ({ context_documents: kept.use, context_failures: failures.use });
  return { load, refetch, forget, caches };

  async function renew(url: string, known: ContextDocument | undefined): Promise<ContextDocument> {
    const old = known ?? (await stored(url));
    if (old !== undefined && old.expiresAt > Date.now()) return keep(url, old);
    const fetched = await attempt(url);
    if ('error' in fetched) {
      if (old !== undefined) return keep(url, { ...old, expiresAt: Date.now() + RETRY_MS });
      failures.set(url, { error: fetched.error, until: Date.now() + FAILURE_MS }, FAILURE_BYTES);
      throw fetched.error;
    }
    await save(url, fetched);
    return keep(url, fetched);
  }

  async function save(url: string, fetched: ContextDocument): Promise<void> {
    await options.store.save('', {
      localId: contentId(url),
      kind: 'Cached',
      url,
      document: fetched.context,
      expiresAt: new Date(fetched.expiresAt),
      ...(fetched.base !== url && { base: fetched.base }),
    });
  }

  async function attempt(url: string): Promise<ContextDocument | { readonly error: unknown }> {
    if (options.offline) return { error: notAvailable(url, 'nothing is fetched while OFFLINE is set') };
    try {
      const document = await fetchDocument(url, options);
      await options.check(document);
      return document;
    } catch (error) {
      return { error };
    }
  }

  async function stored(url: string): Promise<ContextDocument | undefined> {
    const row = await options.store.retrieve('', contentId(url));
    return row && { context: row.document, base: row.base ?? url, expiresAt: row.expiresAt?.getTime() ?? 0 };
  }

  function keep(url: string, document: ContextDocument): ContextDocument {
    kept.set(url, document, BYTES_OF_CHARACTER * JSON.stringify(document.context).length);
    return document;
  }
}
