import type { Queryable } from '@alzette/kit/database';

/** The kinds of entries that an administrator configures. */
export type EntryKind = 'recipient' | 'group' | 'roster' | 'channel';

export interface Entry<Document> {
  readonly id: string;
  readonly document: Document;
  /** Encrypted. */
  readonly secret?: string;
}

const LIST = 'SELECT id, document, secret FROM channels.entry WHERE tenant = $1 AND kind = $2 ORDER BY id';
const FIND = 'SELECT id, document, secret FROM channels.entry WHERE tenant = $1 AND kind = $2 AND id = $3';
const SAVE = `
  INSERT INTO channels.entry AS e (tenant, kind, id, document, secret) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (tenant, kind, id) DO UPDATE SET document = excluded.document, secret = coalesce(excluded.secret, e.secret)
  RETURNING xmax = 0 AS inserted`;
const DELETE = 'DELETE FROM channels.entry WHERE tenant = $1 AND kind = $2 AND id = $3';

interface Row {
  readonly id: string;
  readonly document: string;
  readonly secret: string | null;
}

export async function listEntries<Document>(
  db: Queryable,
  tenant: string,
  kind: EntryKind,
): Promise<Entry<Document>[]> {
  return (await db.query<Row>({ text: LIST, values: [tenant, kind] })).rows.map((row) => toEntry<Document>(row));
}

export async function findEntry<Document>(
  db: Queryable,
  tenant: string,
  kind: EntryKind,
  id: string,
): Promise<Entry<Document> | undefined> {
  const { rows } = await db.query<Row>({ text: FIND, values: [tenant, kind, id] });
  return rows[0] && toEntry<Document>(rows[0]);
}

/** @param secret encrypted; absent: the stored one is kept. @returns whether the entry is new */
export async function saveEntry(
  db: Queryable,
  tenant: string,
  kind: EntryKind,
  id: string,
  document: object,
  secret?: string,
): Promise<boolean> {
  const { rows } = await db.query<{ inserted: boolean }>({
    text: SAVE,
    values: [tenant, kind, id, document, secret ?? null],
  });
  return rows[0]?.inserted === true;
}

export async function deleteEntry(db: Queryable, tenant: string, kind: EntryKind, id: string): Promise<boolean> {
  return (await db.query({ text: DELETE, values: [tenant, kind, id] })).rowCount === 1;
}

function toEntry<Document>({ id, document, secret }: Row): Entry<Document> {
  return { id, document: JSON.parse(document) as Document, ...(secret !== null && { secret }) }; // written by `saveEntry`
}
