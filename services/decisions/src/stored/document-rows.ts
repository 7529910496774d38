import type { Database, Queryable } from '@alzette/kit/database';

const COLUMNS = 'id, document::text AS document, version, author, changed_at, is_published, link, open_version';
const ALL = `SELECT ${COLUMNS} FROM decisions.document WHERE tenant = $1 AND kind = $2 ORDER BY changed_at DESC, id`;
const ONE = `SELECT ${COLUMNS} FROM decisions.document WHERE tenant = $1 AND kind = $2 AND id = $3`;
const BY_LINK = `
  SELECT tenant, ${COLUMNS} FROM decisions.document
  WHERE kind = $1 AND link = $2 /* all tenants: a shared link does not tell which */`;
const CREATE = `
  INSERT INTO decisions.document (tenant, kind, id, document, author, changed_by, is_published)
  VALUES ($1, $2, $3, $4::jsonb, $5, $5, $6) ON CONFLICT DO NOTHING`;
const KEEP_VERSION = `
  INSERT INTO decisions.version (tenant, kind, id, version, document, changed_by, changed_at)
  SELECT tenant, kind, id, version, document, changed_by, changed_at FROM decisions.document
  WHERE tenant = $1 AND kind = $2 AND id = $3 AND version = $4 FOR UPDATE`;
const CHANGE = `
  UPDATE decisions.document SET document = $5::jsonb, version = version + 1, changed_by = $6, changed_at = now(),
    is_published = $7
  WHERE tenant = $1 AND kind = $2 AND id = $3 AND version = $4`;
const DELETE = 'DELETE FROM decisions.document WHERE tenant = $1 AND kind = $2 AND id = $3';
const SHARE = 'UPDATE decisions.document SET link = $4 WHERE tenant = $1 AND kind = $2 AND id = $3';
const OPEN = 'UPDATE decisions.document SET open_version = $4 WHERE tenant = $1 AND kind = $2 AND id = $3';
const VERSIONS = `
  SELECT version, document::text AS document, changed_at FROM decisions.version
  WHERE tenant = $1 AND kind = $2 AND id = $3 ORDER BY version DESC LIMIT 100`;
const COMMENT = `
  INSERT INTO decisions.comment (tenant, kind, id, number, author, content)
  SELECT $1, $2, $3, coalesce(max(number), 0) + 1, $4, $5 FROM decisions.comment
  WHERE tenant = $1 AND kind = $2 AND id = $3`;
const LOCK = 'SELECT id FROM decisions.document WHERE tenant = $1 AND kind = $2 AND id = $3 FOR UPDATE';
const COMMENTS = `
  SELECT author, made_at, content FROM decisions.comment WHERE tenant = $1 AND kind = $2 AND id = $3
  ORDER BY number DESC LIMIT 500`;

interface Row {
  readonly tenant: string;
  readonly id: string;
  readonly document: string;
  readonly version: number;
  readonly author: string;
  readonly changed_at: Date;
  readonly is_published: boolean;
  readonly link: string | null;
  readonly open_version: number | null;
}

export type DocumentKind = 'model' | 'indicator' | 'scenario';

/** A document that people have made. */
export interface Kept<T> {
  readonly id: string;
  readonly document: T;
  readonly version: number;
  readonly author: string;
  readonly changedAt: string;
  /** Whether it is for all who may read statistics; otherwise for its author and administrators. */
  readonly isPublished: boolean;
  readonly link?: string;
  /** The version that everyone may read as entities and open data. */
  readonly openVersion?: number;
}

export interface NewDocument<T> {
  readonly document: T;
  readonly author: string;
  readonly isPublished: boolean;
}

/** The documents of one kind. */
export function documentRows<T extends object>(kind: DocumentKind) {
  return {
    async list(db: Queryable, tenant: string): Promise<Kept<T>[]> {
      return (await db.query<Row>({ text: ALL, values: [tenant, kind] })).rows.map(kept<T>);
    },
    async find(db: Queryable, tenant: string, id: string): Promise<Kept<T> | undefined> {
      const [row] = (await db.query<Row>({ text: ONE, values: [tenant, kind, id] })).rows;
      return row && kept<T>(row);
    },
    async findByLink(db: Queryable, link: string): Promise<(Kept<T> & { readonly tenant: string }) | undefined> {
      const [row] = (await db.query<Row>({ text: BY_LINK, values: [kind, link] })).rows;
      return row && { ...kept<T>(row), tenant: row.tenant };
    },
    /** False: the id is in use. */
    async create(db: Queryable, tenant: string, id: string, { document, author, isPublished }: NewDocument<T>) {
      const values = [tenant, kind, id, JSON.stringify(document), author, isPublished];
      return (await db.query({ text: CREATE, values })).rowCount === 1;
    },
    /** Changes a version and keeps the old one. False: it is no longer the present version. */
    change(
      db: Database,
      tenant: string,
      id: string,
      version: number,
      { document, author, isPublished }: NewDocument<T>,
    ) {
      const key = [tenant, kind, id, version];
      return db.transaction(async (tx) => {
        const { rowCount } = await tx.query({ text: KEEP_VERSION, values: key });
        if (rowCount === 0) return false;
        await tx.query({ text: CHANGE, values: [...key, JSON.stringify(document), author, isPublished] });
        return true;
      });
    },
    async remove(db: Queryable, tenant: string, id: string): Promise<void> {
      await db.query({ text: DELETE, values: [tenant, kind, id] });
    },
    /** @param link undefined: it is no longer shared by a link */
    async share(db: Queryable, tenant: string, id: string, link: string | undefined): Promise<void> {
      await db.query({ text: SHARE, values: [tenant, kind, id, link ?? null] });
    },
    /** @param version undefined: none is published */
    async open(db: Queryable, tenant: string, id: string, version: number | undefined): Promise<void> {
      await db.query({ text: OPEN, values: [tenant, kind, id, version ?? null] });
    },
    async versions(db: Queryable, tenant: string, id: string) {
      const { rows } = await db.query<Row>({ text: VERSIONS, values: [tenant, kind, id] });
      return rows.map(({ version, document, changed_at }) => ({
        version,
        document: JSON.parse(document) as T,
        changedAt: changed_at.toISOString(),
      }));
    },
    comment(db: Database, tenant: string, id: string, author: string, content: string): Promise<void> {
      return db.transaction(async (tx) => {
        await tx.query({ text: LOCK, values: [tenant, kind, id] }); // two comments at once get two numbers
        await tx.query({ text: COMMENT, values: [tenant, kind, id, author, content] });
      });
    },
    async comments(db: Queryable, tenant: string, id: string) {
      interface Comment {
        readonly author: string;
        readonly made_at: Date;
        readonly content: string;
      }
      return (await db.query<Comment>({ text: COMMENTS, values: [tenant, kind, id] })).rows;
    },
  };
}

export type DocumentRows<T extends object> = ReturnType<typeof documentRows<T>>;

function kept<T>({ id, document, version, author, changed_at, is_published, link, open_version }: Row): Kept<T> {
  return {
    id,
    document: JSON.parse(document) as T,
    version,
    author,
    changedAt: changed_at.toISOString(),
    isPublished: is_published,
    ...(link !== null && { link }),
    ...(open_version !== null && { openVersion: open_version }),
  };
}
