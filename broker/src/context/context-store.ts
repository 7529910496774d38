import type { Queryable } from '../database/database.ts';

/** The kinds of 5.13: fetched by us, added by a client, or created by us for an inline @context. */
export type ContextKind = 'Cached' | 'Hosted' | 'ImplicitlyCreated';

/** A stored @context without its content, which may be large. */
export interface ListedContext {
  readonly localId: string;
  readonly kind: ContextKind;
  /** The source of a Cached one. */
  readonly url?: string;
  /** The URL after redirects, which is the base of relative references. */
  readonly base?: string;
  readonly createdAt: Date;
  readonly expiresAt?: Date;
}

/** A stored @context. */
export interface StoredContext extends ListedContext {
  /** The value of `@context`. */
  readonly document: unknown;
}

interface ModelContext {
  readonly version: number;
  /** The value of `@context`. */
  readonly document: unknown;
}

/** Stores @contexts. Cached ones belong to no tenant and are stored under ''. */
export interface ContextStore {
  retrieve(tenant: string, localId: string): Promise<StoredContext | undefined>;
  /** A hosted @context of any tenant: its id is as good as secret, and whoever knows it may use its terms. */
  retrieveHosted(localId: string): Promise<StoredContext | undefined>;
  /** The terms of the models installed by a tenant, in the given or the latest version. */
  retrieveModels(tenant: string, version?: number): Promise<ModelContext | undefined>;
  /** The Cached @context with this id, if the tenant has used it. */
  retrieveUsed(tenant: string, localId: string): Promise<StoredContext | undefined>;
  /** Records that a tenant uses Cached @contexts. */
  noteUse(tenant: string, localIds: readonly string[]): Promise<void>;
  /** Ends a tenant's use of a Cached @context. It is deleted with its last user. */
  endUse(tenant: string, localId: string): Promise<void>;
  /** The tenant's own @contexts and the Cached ones it has used, oldest first. */
  list(tenant: string, kind?: ContextKind): Promise<ListedContext[]>;
  /** If the id exists already nothing changes, except that a Cached @context replaces its older copy. */
  save(tenant: string, context: Omit<StoredContext, 'createdAt'>): Promise<void>;
  /** False if there is no such id. */
  remove(tenant: string, localId: string): Promise<boolean>;
}

const RETRIEVE = `
  SELECT local_id, kind, url, base, document, created_at, expires_at
  FROM context WHERE tenant = $1 AND local_id = $2`;

const RETRIEVE_HOSTED = `
  SELECT local_id, kind, url, base, document, created_at, expires_at
  FROM context WHERE local_id = $1 AND kind <> 'Cached' LIMIT 1`;

const LIST = `
  SELECT local_id, kind, url, base, created_at, expires_at
  FROM context
  WHERE ((tenant = $1 AND kind <> 'Cached') OR (kind = 'Cached'
      AND EXISTS (SELECT FROM context_use u WHERE u.of_tenant = $1 AND u.local_id = context.local_id))) AND ($2::text IS NULL OR kind = $2)
  ORDER BY created_at, local_id`;

const RETRIEVE_USED = `
  SELECT c.local_id, c.kind, c.url, c.base, c.document, c.created_at, c.expires_at
  FROM context c JOIN context_use u ON u.local_id = c.local_id AND u.of_tenant = $1
  WHERE c.tenant = '' AND c.local_id = $2 AND c.kind = 'Cached'`;

const NOTE_USE = `
  INSERT INTO context_use (of_tenant, local_id) SELECT $1, local_id FROM unnest($2::text[]) AS local_id
  ON CONFLICT DO NOTHING`;

const END_USE = 'DELETE FROM context_use WHERE of_tenant = $1 AND local_id = $2';

const REMOVE_UNUSED = `
  DELETE FROM context c WHERE c.tenant = '' AND c.local_id = $1 AND c.kind = 'Cached'
    AND NOT EXISTS (SELECT FROM context_use u WHERE u.local_id = $1)`;

const SAVE = `
  INSERT INTO context AS known (tenant, local_id, kind, url, base, document, expires_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7)
  ON CONFLICT (tenant, local_id) DO UPDATE
    SET document = excluded.document, base = excluded.base, expires_at = excluded.expires_at
    WHERE known.kind = 'Cached'`;

const REMOVE = 'DELETE FROM context WHERE tenant = $1 AND local_id = $2';

const RETRIEVE_MODELS = `
  SELECT version, document FROM model_context
  WHERE tenant = $1 AND ($2::integer IS NULL OR version = $2) ORDER BY version DESC LIMIT 1`;

interface ListedColumns {
  readonly local_id: string;
  readonly kind: ContextKind;
  readonly url: string | null;
  readonly base: string | null;
  readonly created_at: Date;
  readonly expires_at: Date | null;
}

interface Columns extends ListedColumns {
  readonly document: string;
}

/** The `context` table. */
export function contextStore(db: Queryable): ContextStore {
  return {
    async retrieve(tenant, localId) {
      const { rows } = await db.query<Columns>({ name: 'retrieve-context', text: RETRIEVE, values: [tenant, localId] });
      return rows[0] && fromColumns(rows[0]);
    },
    async retrieveHosted(localId) {
      const statement = { name: 'retrieve-hosted-context', text: RETRIEVE_HOSTED, values: [localId] };
      const { rows } = await db.query<Columns>(statement);
      return rows[0] && fromColumns(rows[0]);
    },
    async retrieveUsed(tenant, localId) {
      const { rows } = await db.query<Columns>({ text: RETRIEVE_USED, values: [tenant, localId] });
      return rows[0] && fromColumns(rows[0]);
    },
    async noteUse(tenant, localIds) {
      await db.query({ text: NOTE_USE, values: [tenant, localIds] });
    },
    async endUse(tenant, localId) {
      await db.query({ text: END_USE, values: [tenant, localId] });
      await db.query({ text: REMOVE_UNUSED, values: [localId] });
    },
    async retrieveModels(tenant, version) {
      const statement = { text: RETRIEVE_MODELS, values: [tenant, version] };
      const { rows } = await db.query<{ version: number; document: string }>(statement);
      return rows[0] && { version: rows[0].version, document: JSON.parse(rows[0].document) };
    },
    async list(tenant, kind) {
      const { rows } = await db.query<ListedColumns>({ text: LIST, values: [tenant, kind ?? null] });
      return rows.map(listed);
    },
    async save(tenant, { localId, kind, url, base, document, expiresAt }) {
      const values = [tenant, localId, kind, url ?? null, base ?? null, JSON.stringify(document), expiresAt ?? null];
      await db.query({ name: 'save-context', text: SAVE, values });
    },
    async remove(tenant, localId) {
      const { rowCount } = await db.query({ text: REMOVE, values: [tenant, localId] });
      return rowCount > 0;
    },
  };
}

function fromColumns(row: Columns): StoredContext {
  return { ...listed(row), document: JSON.parse(row.document) };
}

function listed(row: ListedColumns): ListedContext {
  return {
    localId: row.local_id,
    kind: row.kind,
    createdAt: row.created_at,
    ...(row.url !== null && { url: row.url }),
    ...(row.base !== null && { base: row.base }),
    ...(row.expires_at !== null && { expiresAt: row.expires_at }),
  };
}
