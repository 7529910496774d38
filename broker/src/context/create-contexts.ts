import { CORE_CONTEXT_URL, coreContext } from '@alzette/ngsi-ld-schemas/contexts';
import { type CacheUse, Lru } from '../collections/lru.ts';
import type { Queryable } from '../database/database.ts';
import { tenantOfSpace } from '../model/snapshot-space.ts';
import { type OutgoingPolicy, outgoingAgent } from '../outgoing/outgoing-url.ts';
import { createCompiler } from './compile.ts';
import { CompiledContext } from './compiled-context.ts';
import { contentId } from './content-id.ts';
import { contextSources } from './context-sources.ts';
import { contextStore } from './context-store.ts';
import type { Context, Contexts } from './contexts.ts';
import { createDocuments } from './documents.ts';
import { type ContextDocument, gather } from './gather.ts';
import { createHostedContexts, type HostedContexts } from './hosted-contexts.ts';
import { createOwnDocuments } from './own-documents.ts';
import { type ServedContext, servedContext } from './served-contexts.ts';
import { memoUse, type TermMap } from './term-map.ts';

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
  /** What @contexts in use and their terms may each take in memory, in bytes, about. Default 48 MiB. */
  readonly keptBytes?: number;
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
  /** How full its caches are, by their names. */
  caches(): { readonly [name: string]: CacheUse };
  close(): Promise<void>;
}

const KEPT_BYTES = 48 * 1024 * 1024;
/** Of a compiled @context beside its value and terms. */
const COMPILED_BYTES = 600;
/** A short inline context is its own key. */
const KEY_LENGTH = 500;
/** A context whose renewal failed goes on being used, and is tried again after this. */
const RETRY_MS = 10_000;

interface Compiled {
  readonly context: CompiledContext;
  readonly expiresAt: number;
}

// Longer than 80 lines: short functions that share the state at its top.
/** Opens the broker's contexts: the core and our own bundled, those of users by URL or inline (6.3.5, 5.13). */
export async function createContexts(options: ContextsOptions): Promise<ContextHost> {
  const { policy = 'open', offline = false, timeoutMs = 5_000, maxBytes = 4 * 1024 * 1024 } = options;
  const { keptBytes = KEPT_BYTES } = options;
  const store = contextStore(options.db);
  const compiler = await createCompiler(coreContext['@context'] as Record<string, unknown>);
  const agent = outgoingAgent(policy, { connections: 8, connect: { timeout: timeoutMs } });
  const own = createOwnDocuments(options.publicUrl);
  const documents = createDocuments({ store, agent, policy, offline, timeoutMs, maxBytes, check });
  const { load, isCore, linkOf } = contextSources(store, own, () => documents);
  const sources = {
    load: (url: string) => load(url),
    isCore,
    isCoreTerm: (term: string) => compiler.core.defines(term),
  };

  const core = new CompiledContext(CORE_CONTEXT_URL, CORE_CONTEXT_URL, compiler.core);
  const compiled = new Lru<Compiled>(keptBytes);
  /** By the documents that they come from: several @contexts may lead to the same. */
  const termMaps = new Lru<TermMap>(keptBytes);
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
    termMaps.clear();
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
    caches: () => ({
      contexts: compiled.use,
      context_terms: termMaps.use,
      context_names: { ...memoUse },
      ...documents.caches(),
    }),
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
    const { value, termBytes } = entry.context;
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    // A value takes several times what its text does; terms that several share count for each.
    compiled.set(key, entry, COMPILED_BYTES + 4 * text.length + termBytes);
    return entry.context;
  }

  async function termsOf(contexts: readonly unknown[]): Promise<TermMap> {
    if (contexts.length === 0) return compiler.core;
    const key = contentId(JSON.stringify(contexts));
    const known = termMaps.get(key);
    if (known !== undefined) return known;
    const terms = await compiler.compile(contexts);
    termMaps.set(key, terms, terms.bytes);
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
}

/** URLs as they are; inline contexts by their text, marked so that no URL can pass for one. */
function keyOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const text = JSON.stringify(value);
  return `inline ${text.length > KEY_LENGTH ? contentId(text) : text}`;
}
