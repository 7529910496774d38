import { type CacheUse, Lru } from '@alzette/kit/caches';
import { contentId } from './content-id.ts';
import type { ContextStore } from './context-store.ts';
import { type FetchOptions, fetchDocument, notAvailable } from './fetch-document.ts';
import type { ContextDocument } from './gather.ts';

interface DocumentOptions extends FetchOptions {
  readonly store: ContextStore;
  /** Nothing is fetched; only stored documents are available. */
  readonly offline: boolean;
  /** Rejects a document that is not a valid @context. It is not stored, and does not replace an older copy. */
  check(document: ContextDocument): Promise<void>;
}

/** After a failed renewal the old copy stays in use, and renewal is tried again after this time. */
const RETRY_MS = 10_000;
/** How long a document that could not be fetched is not requested again. */
const FAILURE_MS = 3_000;
/** The memory limit for documents and for errors. A parsed document takes several times the memory of its text. */
const KEPT_BYTES = 64 * 1024 * 1024;
const BYTES_OF_CHARACTER = 4;
const KEPT_FAILURE_BYTES = 4 * 1024 * 1024;
const FAILURE_BYTES = 3_000;

/**
 * Fetched context documents. They are cached in memory and in the database, and renewed according to their HTTP headers
 * (6.3.16). Concurrent calls for one URL share a fetch.
 */
export interface Documents {
  load(url: string): Promise<ContextDocument>;
  /** Fetches it again and replaces the copy. @throws NgsiLdError LdContextNotAvailable: the copy stays */
  refetch(url: string): Promise<void>;
  /** Clears the memory cache. Documents stay in the database, unless they were deleted there. */
  forget(): void;
  /** The fill level of the caches, by name. */
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
    if (failure !== undefined && failure.until > performance.now()) throw failure.error;
    let renewal = underway.get(url);
    if (renewal === undefined) {
      renewal = renew(url, known).finally(() => underway.delete(url));
      underway.set(url, renewal);
    }
    return renewal;
  }

  async function refetch(url: string): Promise<void> {
    const fetched = await attempt(url);
    // Whatever is wrong with the new document, it is reported as not available (5.13.5).
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
      failures.set(url, { error: fetched.error, until: performance.now() + FAILURE_MS }, FAILURE_BYTES);
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
