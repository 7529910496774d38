import type { Queryable } from '@alzette/kit/database';
import type { SavedView } from '../contract/contract.ts';
import type { SavedQuestion, ScheduledReport } from '../contract/documents.ts';

/** Documents of one kind, stored by tenant and id. */
interface Documents<T> {
  list(db: Queryable, tenant: string): Promise<StoredDocument<T>[]>;
  find(db: Queryable, tenant: string, id: string): Promise<StoredDocument<T> | undefined>;
  /** True: it is new. */
  put(db: Queryable, tenant: string, id: string, document: T, author: string): Promise<boolean>;
  /** False: it did not exist. */
  remove(db: Queryable, tenant: string, id: string): Promise<boolean>;
}

type StoredDocument<T> = T & { readonly id: string; readonly author: string; readonly changedAt: string };

interface Row {
  readonly id: string;
  readonly document: string;
  readonly author: string;
  readonly changed_at: Date;
  readonly is_new: boolean;
}

/** @param table a table of this service with these columns */
function documentRows<T extends object>(table: `dashboards.${'question' | 'report' | 'view'}`): Documents<T> {
  const COLUMNS = 'id, document, author, changed_at';
  const all = `SELECT ${COLUMNS} FROM ${table} WHERE tenant = $1 ORDER BY document ->> 'title', id`;
  const one = `SELECT ${COLUMNS} FROM ${table} WHERE tenant = $1 AND id = $2`;
  const put = `
    INSERT INTO ${table} (tenant, id, document, author) VALUES ($1, $2, $3, $4)
    ON CONFLICT (tenant, id) DO UPDATE SET document = excluded.document, changed_at = excluded.changed_at RETURNING xmax = 0 AS is_new`;
  const remove = `DELETE FROM ${table} WHERE tenant = $1 AND id = $2`;
  const kept = ({ id, document, author, changed_at }: Row): StoredDocument<T> => ({
    ...(JSON.parse(document) as T),
    id,
    author,
    changedAt: changed_at.toISOString(),
  });
  return {
    list: async (db, tenant) => (await db.query<Row>({ text: all, values: [tenant] })).rows.map(kept),
    async find(db, tenant, id) {
      const [row] = (await db.query<Row>({ text: one, values: [tenant, id] })).rows;
      return row && kept(row);
    },
    async put(db, tenant, id, document, author) {
      const values = [tenant, id, JSON.stringify(document), author];
      return (await db.query<Row>({ text: put, values })).rows[0]?.is_new === true;
    },
    remove: async (db, tenant, id) => (await db.query({ text: remove, values: [tenant, id] })).rowCount === 1,
  };
}

export const QUESTIONS = documentRows<SavedQuestion>('dashboards.question');
export const VIEWS = documentRows<SavedView>('dashboards.view');
export const REPORTS = documentRows<ScheduledReport>('dashboards.report');

const FORGET = `
  DELETE FROM dashboards.view WHERE author = $1 AND NOT document ? 'group' /* all tenants: an account is erased */`;

/** Deletes the views that are only for this author. */
export async function forgetViews(db: Queryable, author: string): Promise<void> {
  await db.query({ text: FORGET, values: [author] });
}
