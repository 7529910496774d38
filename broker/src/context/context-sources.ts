import { bundledPathOf, CORE_CONTEXT_URL, coreContextUrls } from '@alzette/ngsi-ld-schemas/contexts';
import { contentId } from './content-id.ts';
import type { ContextStore } from './context-store.ts';
import type { Documents } from './documents.ts';
import type { ContextDocument } from './gather.ts';
import { CONTEXTS_PATH, type OwnDocuments } from './own-documents.ts';
import { servedContext } from './served-contexts.ts';

/** How long the latest version of a @context is cached. */
const LATEST_MS = 5_000;

/** Provides @context documents: bundled with the product, served by this broker, or fetched. */
interface ContextSources {
  /** @param onFetched called if the document is fetched from elsewhere */
  load(url: string, onFetched?: () => void): Promise<ContextDocument>;
  isCore(url: string): boolean;
  /**
   * The URL of a @context: the client's own if it is a single URL, otherwise that of the hosted copy of its inline
   * context (C.8).
   */
  linkOf(value: unknown): Promise<string>;
}

/** @param documents fetched documents; created on first use */
export function contextSources(store: ContextStore, own: OwnDocuments, documents: () => Documents): ContextSources {
  const isCore = (url: string): boolean =>
    coreContextUrls.has(url) || own.pathOf(url)?.startsWith('/contexts/core/') === true;
  return {
    isCore,

    async load(url, onFetched) {
      const path = bundledPathOf(url) ?? own.pathOf(url);
      const document = path === undefined ? undefined : await ownDocument(store, path);
      if (document !== undefined) return { ...document, base: url };
      onFetched?.();
      return documents().load(url);
    },

    async linkOf(value) {
      const parts = [value].flat(Number.POSITIVE_INFINITY);
      const foreign = parts.filter((part) => typeof part !== 'string' || !isCore(part));
      const [only = parts[0] ?? CORE_CONTEXT_URL] = foreign;
      if (foreign.length < 2 && typeof only === 'string') return only;
      const localId = contentId(JSON.stringify(value));
      await store.save('', { localId, kind: 'ImplicitlyCreated', document: value });
      return own.urlOf(CONTEXTS_PATH + localId);
    },
  };
}

async function ownDocument(store: ContextStore, path: string): Promise<Omit<ContextDocument, 'base'> | undefined> {
  if (path.startsWith(CONTEXTS_PATH)) {
    const kept = await store.retrieveHosted(path.slice(CONTEXTS_PATH.length));
    return kept && { context: kept.document, expiresAt: Number.POSITIVE_INFINITY };
  }
  const served = path.startsWith('/contexts/') ? await servedContext(path, store) : undefined;
  // The latest version may soon be replaced by another one.
  return (
    served && {
      context: served.document,
      expiresAt: served.isLatest ? Date.now() + LATEST_MS : Number.POSITIVE_INFINITY,
    }
  );
}
