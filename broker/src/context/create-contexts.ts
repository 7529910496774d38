import { setImmediate as nextTurn } from 'node:timers/promises';
import { type CacheUse, Lru } from '@alzette/kit/caches';
import { CORE_CONTEXT_URL, coreContext } from '@alzette/ngsi-ld-schemas/contexts';
import type { Queryable } from '../database/database.ts';
import { tenantOfSpace } from '../model/snapshot-space.ts';
import { type OutgoingPolicy, outgoingAgent } from '../outgoing/outgoing-url.ts';
import { createCompiler } from './compile.ts';
import { CompiledContext } from './compiled-context.ts';
import { contentId } from './content-id.ts';
import { checkSize } from './context-size.ts';
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
  /**
   * The URL of this broker for others. Inline contexts get links below it, and documents below it are never fetched.
   */
  readonly publicUrl: string;
  /** Whether a host belongs to a tenant, so that documents there are ours. Default: none does. */
  readonly isHostOfTenant?: (host: string) => boolean;
  /** Default `open`. */
  readonly policy?: OutgoingPolicy;
  /** Never fetch documents. Default false. */
  readonly offline?: boolean;
  /** The timeout for one document including redirects. Default 5,000. */
  readonly timeoutMs?: number;
  /** The maximum size of a document. Default 4 MiB. */
  readonly maxBytes?: number;
  /** The approximate memory limit, in bytes, for @contexts and for their terms, each. Default 48 MiB. */
  readonly keptBytes?: number;
  /** Called when a @context was deleted or renewed, because other processes may have it in memory. */
  readonly onForgotten?: () => void;
}

/** The broker's contexts with their resources. */
export interface ContextHost extends Contexts {
  readonly hosted: HostedContexts;
  /** A document served under `/contexts/…`. */
  served(path: string): Promise<ServedContext | undefined>;
  /** The public URL of one of this broker's paths. */
  urlOf(path: string): string;
  /** Clears the caches, because another process has deleted a context. */
  forget(): void;
  /** The fill level of the caches, by name. */
  caches(): { readonly [name: string]: CacheUse };
  close(): Promise<void>;
}

const KEPT_BYTES = 48 * 1024 * 1024;
/** Approximate overhead of a compiled @context beyond its value and terms. */
const COMPILED_BYTES = 600;
/** A short inline context is used as its own cache key. */
const KEY_LENGTH = 500;
/** After a failed renewal the old context stays in use, and renewal is tried again after this time. */
const RETRY_MS = 10_000;

interface Compiled {
  readonly context: CompiledContext;
  readonly expiresAt: number;
}

/**
 * Creates the broker's contexts: the core context, bundled ones, and those of users by URL or inline (6.3.5, 5.13).
 * Longer than 80 lines: short functions that share the state at its top.
 */
export async function createContexts(options: ContextsOptions): Promise<ContextHost> {
  const { policy = 'open', offline = false, timeoutMs = 5_000, maxBytes = 4 * 1024 * 1024 } = options;
  const { keptBytes = KEPT_BYTES, isHostOfTenant = () => false } = options;
  const store = contextStore(options.db);
  const compiler = await createCompiler(coreContext['@context'] as Record<string, unknown>);
  const agent = outgoingAgent(policy, { connections: 8, connect: { timeout: timeoutMs } });
  const own = createOwnDocuments(options.publicUrl, isHostOfTenant);
  const documents = createDocuments({ store, agent, policy, offline, timeoutMs, maxBytes, check });
  const { load, isCore, linkOf } = contextSources(store, own, () => documents);
  const sources = {
    load: (url: string) => load(url),
    isCore,
    isCoreTerm: (term: string) => compiler.core.defines(term),
  };

  const core = new CompiledContext(CORE_CONTEXT_URL, CORE_CONTEXT_URL, compiler.core);
  const compiled = new Lru<Compiled>(keptBytes);
  /** By the documents that they consist of: several @contexts may consist of the same ones. */
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
      const { fetched, users } = context as CompiledContext; // all contexts are created here
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
      await nextTurn(); // for the texts of a large one
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
    // A parsed value takes several times the memory of its text. Shared terms are counted for each context.
    compiled.set(key, entry, COMPILED_BYTES + 4 * keyed(value).length + termBytes);
    return entry.context;
  }

  async function termsOf(contexts: readonly unknown[]): Promise<TermMap> {
    if (contexts.length === 0) return compiler.core;
    const key = contentId(JSON.stringify(contexts));
    const known = termMaps.get(key);
    if (known !== undefined) return known;
    await nextTurn();
    const terms = await compiler.compile(contexts);
    termMaps.set(key, terms, terms.bytes);
    return terms;
  }

  /** Validates a document by itself, without the documents it refers to. */
  async function check(document: ContextDocument): Promise<void> {
    const { contexts } = await gather(document.context, {
      ...sources,
      load: async (url) => ({ context: {}, base: url, expiresAt: 0 }),
      base: document.base,
    });
    await termsOf(contexts);
  }
}

interface Keyed {
  readonly key: string;
  /** The length of the text. */
  readonly length: number;
}

/** Of inline contexts: their text may be long, and is needed several times for each request. */
const keyedObjects = new WeakMap<object, Keyed>();

/** URLs are their own keys. Inline contexts are marked, so that they can't be confused with a URL. */
function keyed(value: unknown): Keyed {
  if (typeof value === 'string') return { key: value, length: value.length };
  const known = typeof value === 'object' && value !== null ? keyedObjects.get(value) : undefined;
  if (known !== undefined) return known;
  checkSize(value);
  const text = JSON.stringify(value);
  const result = { key: `inline ${text.length > KEY_LENGTH ? contentId(text) : text}`, length: text.length };
  if (typeof value === 'object' && value !== null) keyedObjects.set(value, result);
  return result;
}

function keyOf(value: unknown): string {
  return keyed(value).key;
}
