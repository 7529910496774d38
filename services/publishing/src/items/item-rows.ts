import type { Queryable } from '@alzette/kit/database';
import type { ItemDocument, ItemState, Kind } from '../contract/documents.ts';
import type { Item } from './item.ts';

const COLUMNS = `id, kind, owner, document, state, publish_at, expires_at, version, entity_version, told, author,
  created_at, modified_at, source, source_id`;
const FIND = `SELECT ${COLUMNS} FROM publishing.item WHERE tenant = $1 AND id = $2`;
const INSERT = `
  INSERT INTO publishing.item
    (tenant, id, kind, owner, document, state, publish_at, expires_at, sort_at, author, source, source_id)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (tenant, id) DO NOTHING
  RETURNING ${COLUMNS}`;
const REPLACE = `
  UPDATE publishing.item SET document = $4, state = $5, publish_at = $6, expires_at = $7, sort_at = $8,
    version = version + 1, modified_at = now()
  WHERE tenant = $1 AND id = $2 AND version = $3
  RETURNING ${COLUMNS}`;
const BY_SOURCE = `SELECT ${COLUMNS} FROM publishing.item WHERE tenant = $1 AND source = $2 AND source_id = ANY($3)`;
/** Items by owner, latest first; drafts and others that are not public only of pairs of kind and owner, if given. */
const LIST = `
  SELECT ${COLUMNS} FROM publishing.item
  WHERE tenant = $1 AND ($2::text[] IS NULL OR kind = ANY($2)) AND ($3::text[] IS NULL OR owner = ANY($3))
    AND ($4::text IS NULL OR CASE $4
      WHEN 'scheduled' THEN state = 'ready' AND publish_at > now()
      WHEN 'public' THEN state = 'ready' AND publish_at <= now() AND coalesce(expires_at > now(), true)
      WHEN 'expired' THEN state = 'ready' AND expires_at <= now()
      ELSE state = $4 END)
    AND ($5::text IS NULL OR document::text ILIKE '%' || $5 || '%')
    AND ($6::timestamptz IS NULL OR sort_at >= $6) AND ($7::timestamptz IS NULL OR sort_at < $7)
    AND ($10::text[] IS NULL OR (state = 'ready' AND publish_at <= now() AND coalesce(expires_at > now(), true))
      OR EXISTS (SELECT FROM unnest($10::text[], $11::text[]) AS seen (kind, owner) WHERE seen.kind = item.kind AND seen.owner = item.owner))
  ORDER BY sort_at DESC, id LIMIT $8 OFFSET $9`;
const DELETE = 'DELETE FROM publishing.item WHERE tenant = $1 AND id = $2 AND entity_version IS NULL';

interface Row {
  readonly id: string;
  readonly kind: Kind;
  readonly owner: string;
  readonly document: string;
  readonly state: ItemState;
  readonly publish_at: Date;
  readonly expires_at: Date | null;
  readonly version: number;
  readonly entity_version: number | null;
  readonly told: boolean;
  readonly author: string;
  readonly created_at: Date;
  readonly modified_at: Date;
  readonly source: string | null;
  readonly source_id: string | null;
}

/** The columns that `itemOf` reads. */
export const ITEM_COLUMNS = COLUMNS;
export type ItemRow = Row;

export function itemOf(row: Row): Item {
  return {
    id: row.id,
    kind: row.kind,
    owner: row.owner,
    document: JSON.parse(row.document) as ItemDocument, // written by this file
    state: row.state,
    publishAt: row.publish_at,
    ...(row.expires_at !== null && { expiresAt: row.expires_at }),
    version: row.version,
    ...(row.entity_version !== null && { entityVersion: row.entity_version }),
    told: row.told,
    author: row.author,
    createdAt: row.created_at,
    modifiedAt: row.modified_at,
    ...(row.source !== null && { source: row.source }),
    ...(row.source_id !== null && { sourceId: row.source_id }),
  };
}

export async function findItem(db: Queryable, tenant: string, id: string): Promise<Item | undefined> {
  const { rows } = await db.query<Row>({ text: FIND, values: [tenant, id] });
  return rows[0] && itemOf(rows[0]);
}

export interface ItemContent {
  readonly document: ItemDocument;
  readonly state: ItemState;
  readonly publishAt: Date;
  readonly expiresAt?: Date;
  readonly sortAt: Date;
}

interface NewItem extends ItemContent {
  readonly id: string;
  readonly kind: Kind;
  readonly owner: string;
  readonly author: string;
  readonly source?: string;
  readonly sourceId?: string;
}

/** Undefined: the id is in use. */
export async function insertItem(db: Queryable, tenant: string, item: NewItem): Promise<Item | undefined> {
  const { id, kind, owner, author, source = null, sourceId = null } = item;
  const values = [tenant, id, kind, owner, ...contentValues(item), author, source, sourceId];
  const { rows } = await db.query<Row>({ text: INSERT, values });
  return rows[0] && itemOf(rows[0]);
}

/** Undefined: it was changed in the meantime. */
export async function replaceItem(
  db: Queryable,
  tenant: string,
  id: string,
  version: number,
  content: ItemContent,
): Promise<Item | undefined> {
  const { rows } = await db.query<Row>({ text: REPLACE, values: [tenant, id, version, ...contentValues(content)] });
  return rows[0] && itemOf(rows[0]);
}

function contentValues({ document, state, publishAt, expiresAt, sortAt }: ItemContent): unknown[] {
  return [JSON.stringify(document), state, publishAt, expiresAt ?? null, sortAt];
}

export async function itemsOfSource(
  db: Queryable,
  tenant: string,
  source: string,
  ids: readonly string[],
): Promise<Map<string, Item>> {
  const { rows } = await db.query<Row>({ text: BY_SOURCE, values: [tenant, source, ids] });
  return new Map(rows.map((row) => [row.source_id ?? '', itemOf(row)]));
}

interface ItemFilter {
  readonly kinds?: readonly Kind[] | undefined;
  readonly owners?: readonly string[] | undefined;
  readonly state?: string | undefined;
  readonly text?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** Of which items that are not public are listed too; absent: of all. */
  readonly seen?: readonly { readonly kind: Kind; readonly owner: string }[] | undefined;
  readonly limit: number;
  readonly offset: number;
}

export async function listItems(db: Queryable, tenant: string, filter: ItemFilter): Promise<Item[]> {
  const { kinds, owners, state, text, from, to, seen, limit, offset } = filter;
  const pattern = text?.replaceAll(/[\\%_]/g, '\\$&');
  const pairs = [seen?.map(({ kind }) => kind), seen?.map(({ owner }) => owner)];
  const values = [tenant, kinds, owners, state, pattern, from, to, limit, offset, ...pairs].map(
    (value) => value ?? null,
  );
  return (await db.query<Row>({ text: LIST, values })).rows.map(itemOf);
}

/** False: there is no such item, or its entity still exists. */
export async function deleteItem(db: Queryable, tenant: string, id: string): Promise<boolean> {
  return (await db.query({ text: DELETE, values: [tenant, id] })).rowCount === 1;
}
