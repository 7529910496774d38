import { randomUUID } from 'node:crypto';
import { NgsiLdError } from '../model/errors.ts';
import { badMember, isJsonObject, isUri } from '../model/values.ts';
import { contentId } from './content-id.ts';
import { checkSize } from './context-size.ts';
import type { ContextKind, ContextStore, ListedContext, StoredContext } from './context-store.ts';
import { CONTEXTS_PATH, type OwnDocuments } from './own-documents.ts';

interface HostingParts {
  readonly store: ContextStore;
  readonly own: OwnDocuments;
  readonly isCore: (url: string) => boolean;
  /** Fetches everything that a value refers to, and throws if it is not a valid @context. */
  readonly check: (value: unknown) => Promise<void>;
  /** Fetches a document again and replaces its copy. @throws NgsiLdError LdContextNotAvailable: the copy stays */
  readonly refetch: (url: string) => Promise<void>;
  /** Clears the memory cache, because one of its documents has changed. */
  readonly forget: () => void;
}

/** Operations on the stored @contexts (5.13): added by clients, created for inline contexts, or fetched. */
export interface HostedContexts {
  /** Add @context (5.13.2). Returns its local id. */
  add(tenant: string, value: unknown): Promise<string>;
  /** List @contexts (5.13.3). */
  list(tenant: string, kind?: ContextKind): Promise<ListedContext[]>;
  /**
   * Serve @context (5.13.4) by its local id; for a fetched one also by its URL. @throws NgsiLdError ResourceNotFound
   */
  get(tenant: string, id: string): Promise<StoredContext>;
  /**
   * Delete and Reload @context (5.13.5).
   *
   * @throws NgsiLdError ResourceNotFound; BadRequestData: it can't be reloaded, or is the core context;
   * LdContextNotAvailable
   */
  remove(tenant: string, id: string, reload: boolean): Promise<void>;
  /** The URL of a @context: that of its source if it was fetched, otherwise one of this broker. */
  urlOf(context: ListedContext): string;
  /**
   * The same @context together with the core context of a version, which a Link header could not name beside it
   * (TS 104 176, draft, 10).
   *
   * @param version major.minor
   * @throws NgsiLdError BadRequestData: no known version
   */
  withCore(context: ListedContext, version: string): string[];
}

const CORE_OF = (version: string) => `https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v${version}.jsonld`;

export function createHostedContexts(parts: HostingParts): HostedContexts {
  const { store, own } = parts;

  async function find(tenant: string, id: string): Promise<StoredContext | undefined> {
    const localId = isUri(id) ? (localIdOf(id) ?? contentId(id)) : id;
    const own = await store.retrieve(tenant, localId);
    if (own !== undefined && own.kind !== 'Cached') return own;
    // Fetched contexts are stored once for all tenants, but are visible only to those that have used them.
    return store.retrieveUsed(tenant, localId);
  }

  function localIdOf(url: string): string | undefined {
    const path = own.pathOf(url);
    return path?.startsWith(CONTEXTS_PATH) ? path.slice(CONTEXTS_PATH.length) : undefined;
  }

  const urlOf = (context: ListedContext) => context.url ?? own.urlOf(CONTEXTS_PATH + context.localId);

  return {
    async add(tenant, value) {
      checkSize(value);
      checkValue(value);
      await parts.check(value);
      const localId = randomUUID();
      await store.save(tenant, { localId, kind: 'Hosted', document: value });
      return localId;
    },
    list: (tenant, kind) => store.list(tenant, kind),
    async get(tenant, id) {
      if (isUri(id) && parts.isCore(id)) return coreCopy(id);
      const context = await find(tenant, id);
      if (context === undefined) throw new NgsiLdError('ResourceNotFound', `There is no @context ${id}`);
      return context;
    },
    async remove(tenant, id, reload) {
      if (isUri(id) && parts.isCore(id)) {
        // The core @context is built in: it needs no reload, and can't be deleted.
        if (reload) return;
        throw new NgsiLdError('BadRequestData', `@context ${id}: got the core @context, which can't be deleted`);
      }
      const context = await find(tenant, id);
      if (context === undefined) {
        if (reload)
          throw new NgsiLdError('BadRequestData', `reload: got true for ${id}, expected a @context that is kept here`);
        throw new NgsiLdError('ResourceNotFound', `There is no @context ${id}`);
      }
      if (reload) {
        if (context.url === undefined)
          throw badMember('reload', true, `a Cached @context, this one is ${context.kind}`);
        await parts.refetch(context.url);
      } else if (context.kind === 'Cached') await store.endUse(tenant, context.localId);
      else await store.remove(tenant, context.localId);
      parts.forget();
    },
    urlOf,
    withCore(context, version) {
      const core = CORE_OF(version);
      if (!/^\d{1,3}\.\d{1,3}$/.test(version) || !parts.isCore(core)) {
        throw badMember('core', version, 'a known version of the core @context as major.minor, e.g. 1.9');
      }
      return [urlOf(context), core];
    },
  };
}

/** The core @context in the form of a stored one, as if it had always been cached. */
function coreCopy(url: string): StoredContext {
  return { localId: contentId(url), kind: 'Cached', url, document: url, createdAt: STARTED_AT };
}

const STARTED_AT = new Date();

function checkValue(value: unknown): void {
  const parts = Array.isArray(value) ? value : [value];
  if (!parts.every((part) => typeof part === 'string' || isJsonObject(part))) {
    throw badMember('@context', value, 'a URL, an object, or an array of these');
  }
}
