import { bundledPathOf, CORE_CONTEXT_URL, coreContext, coreContextUrls } from '@alzette/ngsi-ld-schemas/contexts';
import { Lru } from '../collections/lru.ts';
import type { Queryable } from '../database/database.ts';
import { tenantOfSpace } from '../model/snapshot-space.ts';
import { type OutgoingPolicy, outgoingAgent } from '../outgoing/outgoing-url.ts';
import { createCompiler } from './compile.ts';
import { contentId } from './content-id.ts';
import { contextStore } from './context-store.ts';
import type { Context, Contexts } from './contexts.ts';
import { createDocuments } from './documents.ts';
import { type ContextDocument, gather } from './gather.ts';
import { createHostedContexts, type HostedContexts } from './hosted-contexts.ts';
import { CONTEXTS_PATH, createOwnDocuments } from './own-documents.ts';
import { type ServedContext, servedContext } from './served-contexts.ts';
import type { TermMap } from './term-map.ts';

export interface ContextsOptions {
  readonly db: Queryable;
  /** Where others reach us: inline contexts get their links under it, and what it serves is never fetched. */
  readonly publicUrl: string;
  /** Default `open`. */
  readonly policy?: OutgoingPolicy;
  /** Nothing is fetched. Default false. */
  readonly offline?: boolean;
  /** To fetch one document, redirects included. Default 5,000. */
  readonly timeoutMs?: number;
  /** Of one document. Default 4 MiB. */
  readonly maxBytes?: number;
  /** Called when one was deleted or renewed: other processes may hold it too. */
  readonly onForgotten?: () => void;
}

/** The broker's contexts with what lives as long as they do. */
export interface ContextHost extends Contexts {
  readonly hosted: HostedContexts;
  /** A document served under `/contexts/…`. */
  served(path: string): Promise<ServedContext | undefined>;
  /** The URL under which others reach a path of ours. */
  urlOf(path: string): string;
  /** Forgets what it holds in memory: another process has deleted a context. */
  forget(): void;
  close(): Promise<void>;
}

/** Terms of users that compiled contexts hold in memory together. */
const KEPT_TERMS = 500_000;
/** Characters of @context values that lead to them. */
const KEPT_VALUES = 32 * 1024 * 1024;
/** A short inline context is its own key. */
const KEY_LENGTH = 500;
/** A context whose renewal failed goes on being used, and is tried again after this. */
const RETRY_MS = 10_000;
/** How long the latest version of a @context is taken for the latest. */
const LATEST_MS = 5_000;

interface Compiled {
  readonly context: CompiledContext;
  readonly expiresAt: number;
}

/** Opens the broker's contexts: the core and our own bundled, those of users by URL or inline (6.3.5, 5.13). */
export async function createContexts(options: ContextsOptions): Promise<ContextHost> {
  const { policy = 'open', offline = false, timeoutMs = 5_000, maxBytes = 4 * 1024 * 1024 } = options;
  const store = contextStore(options.db);
  const compiler = await createCompiler(coreContext['@context'] as Record<string, unknown>);
  const agent = outgoingAgent(policy, { connections: 8, connect: { timeout: timeoutMs } });
  const own = createOwnDocuments(options.publicUrl);
  const documents = createDocuments({ store, agent, policy, offline, timeoutMs, maxBytes, check });
  const sources = {
    load: (url: string) => load(url),
    isCore,
    isCoreTerm: (term: string) => compiler.core.defines(term),
  };

  const core = new CompiledContext(CORE_CONTEXT_URL, CORE_CONTEXT_URL, compiler.core);
  const compiled = new Lru<Compiled>(KEPT_VALUES);
  const termMaps = new Lru<TermMap>(KEPT_TERMS);
  const underway = new Map<string, Promise<Context>>();

  const hosted = createHostedContexts({
    store,
    own,
    isCore,
    check: async (value) => {
      const { contexts } = await gather(value, sources);
      await termsOf(contexts);
    },
    refetch: documents.refetch,
    forget() {
      forget();
      options.onForgotten?.();
    },
  });

  function forget(): void {
    documents.forget();
    compiled.clear();
  }

  return {
    core,
    resolve,
    cached,
    noteUse(context, tenant) {
      const { fetched, users } = context as CompiledContext; // ours are the only ones there are
      if (fetched.length === 0 || users.has(tenant)) return undefined;
      users.add(tenant);
      return store.noteUse(tenantOfSpace(tenant), fetched);
    },
    hosted,
    served: (path) => servedContext(path, store),
    urlOf: own.urlOf,
    forget,
    async close() {
      await compiler.close();
      await agent.close();
    },
  };

  function cached(value: unknown): Context | undefined {
    if (value === undefined) return core;
    const known = compiled.get(keyOf(value));
    return known !== undefined && known.expiresAt > Date.now() ? known.context : undefined;
  }

  async function resolve(value: unknown): Promise<Context> {
    const known = cached(value);
    if (known !== undefined) return known;
    const key = keyOf(value);
    let compilation = underway.get(key);
    if (compilation === undefined) {
      compilation = renew(key, value).finally(() => underway.delete(key));
      underway.set(key, compilation);
    }
    return compilation;
  }

  async function renew(key: string, value: unknown): Promise<Context> {
    const old = compiled.get(key);
    try {
      const fetched = new Set<string>();
      const loadNoted = (url: string) => load(url, () => fetched.add(contentId(url)));
      const { contexts, expiresAt } = await gather(value, { ...sources, load: loadNoted });
      const terms = await termsOf(contexts);
      const link = old?.context.link ?? (await linkOf(value));
      const context = new CompiledContext(value, link, terms, [...fetched]);
      return keep(key, { context, expiresAt });
    } catch (error) {
      if (old === undefined) throw error;
      return keep(key, { context: old.context, expiresAt: Date.now() + RETRY_MS });
    }
  }

  function keep(key: string, entry: Compiled): Context {
    const { value } = entry.context;
    compiled.set(key, entry, typeof value === 'string' ? value.length : JSON.stringify(value).length);
    return entry.context;
  }

  async function termsOf(contexts: readonly unknown[]): Promise<TermMap> {
    if (contexts.length === 0) return compiler.core;
    const key = contentId(JSON.stringify(contexts));
    const known = termMaps.get(key);
    if (known !== undefined) return known;
    const terms = await compiler.compile(contexts);
    termMaps.set(key, terms, terms.size + 1);
    return terms;
  }

  /** What a document says itself, whatever it refers to. */
  async function check(document: ContextDocument): Promise<void> {
    const { contexts } = await gather(document.context, {
      ...sources,
      load: async (url) => ({ context: {}, base: url, expiresAt: 0 }),
      base: document.base,
    });
    await termsOf(contexts);
  }

  /** @param onFetched called where it is no document of ours */
  async function load(url: string, onFetched?: () => void): Promise<ContextDocument> {
    const path = bundledPathOf(url) ?? own.pathOf(url);
    const document = path === undefined ? undefined : await ownDocument(path);
    if (document !== undefined) return { ...document, base: url };
    onFetched?.();
    return documents.load(url);
  }

  async function ownDocument(path: string): Promise<Omit<ContextDocument, 'base'> | undefined> {
    if (path.startsWith(CONTEXTS_PATH)) {
      const kept = await store.retrieveHosted(path.slice(CONTEXTS_PATH.length));
      return kept && { context: kept.document, expiresAt: Number.POSITIVE_INFINITY };
    }
    const served = path.startsWith('/contexts/') ? await servedContext(path, store) : undefined;
    // What stands for the latest version may be another soon.
    return (
      served && {
        context: served.document,
        expiresAt: served.isLatest ? Date.now() + LATEST_MS : Number.POSITIVE_INFINITY,
      }
    );
  }

  function isCore(url: string): boolean {
    return coreContextUrls.has(url) || own.pathOf(url)?.startsWith('/contexts/core/') === true;
  }

  /** A client's own URL when it gave just one; else the place where its inline context is hosted from now on (C.8). */
  async function linkOf(value: unknown): Promise<string> {
    const parts = [value].flat(Number.POSITIVE_INFINITY);
    const foreign = parts.filter((part) => typeof part !== 'string' || !isCore(part));
    const [only = parts[0] ?? CORE_CONTEXT_URL] = foreign;
    if (foreign.length < 2 && typeof only === 'string') return only;
    const localId = contentId(JSON.stringify(value));
    await store.save('', { localId, kind: 'ImplicitlyCreated', document: value });
    return own.urlOf(CONTEXTS_PATH + localId);
  }
}

class CompiledContext implements Context {
  readonly value: unknown;
  readonly link: string;
  readonly isCore: boolean;
  /** The local ids of the fetched documents that it is made of. */
  readonly fetched: readonly string[];
  /** Tenants that are known to have used it. */
  readonly users = new Set<string>();
  readonly #terms: TermMap;

  constructor(value: unknown, link: string, terms: TermMap, fetched: readonly string[] = []) {
    this.fetched = fetched;
    this.value = value;
    this.link = link;
    this.isCore = terms.size === 0;
    this.#terms = terms;
  }

  attribute(term: string): string {
    return this.#terms.attribute(term);
  }

  type(term: string): string {
    return this.#terms.type(term);
  }

  vocab(term: string): string {
    return this.#terms.vocab(term);
  }

  compact(iri: string): string {
    return this.#terms.compact(iri);
  }
}

/** URLs as they are; inline contexts by their text, marked so that no URL can pass for one. */
function keyOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const text = JSON.stringify(value);
  return `inline ${text.length > KEY_LENGTH ? contentId(text) : text}`;
}
