import type { Queryable } from '@alzette/kit/database';
import type { Territories } from '@alzette/kit/service';
import type { Kind } from '../contract/documents.ts';
import type { Item } from '../items/item.ts';
import { ITEM_COLUMNS, type ItemRow, itemOf } from '../items/item-rows.ts';

/** Public items for one of these communes: its own, and those of the community that it does not decline. */
const IS_PUBLIC = `
  i.tenant = $1 AND i.state = 'ready' AND i.publish_at <= now() AND coalesce(i.expires_at > now(), true)
  AND ($2::text[] IS NULL OR i.owner = ANY($2) OR (i.owner = '' AND EXISTS (
    SELECT FROM unnest($2::text[]) AS followed(slug)
    WHERE (i.document -> 'communes' IS NULL OR jsonb_exists(i.document -> 'communes', followed.slug))
      AND NOT EXISTS (
        SELECT FROM publishing.declined AS d
        WHERE d.tenant = $1 AND d.item = i.id AND d.commune = followed.slug))))`;
const FILTER = `
  AND i.kind = $3
  AND ($4::text IS NULL OR i.document ->> 'theme' = $4 OR i.document #>> '{place,category}' = $4
    OR i.document #>> '{page,section}' = $4)
  AND ($5::text IS NULL OR i.document::text ILIKE '%' || $5 || '%')
  AND ($6::timestamptz IS NULL OR i.sort_at < $6)`;
/** An event without an end lasts until the day after it began, a menu until the end of its day in the time zone $10. */
const NOT_BEFORE = `
  AND ($7::timestamptz IS NULL OR CASE WHEN i.kind = 'menu'
    THEN (i.document #>> '{menu,day}')::date >= ($7::timestamptz AT TIME ZONE $10)::date
    ELSE coalesce((i.document #>> '{event,end}')::timestamptz, i.sort_at + interval '1 day') >= $7 END)`;
const SELECT = `SELECT ${ITEM_COLUMNS} FROM publishing.item AS i WHERE ${IS_PUBLIC} ${FILTER} ${NOT_BEFORE}`;
const LATEST_FIRST = `${SELECT} ORDER BY i.sort_at DESC, i.id LIMIT $8 OFFSET $9`;
const NEXT_FIRST = `${SELECT} ORDER BY i.sort_at, i.id LIMIT $8 OFFSET $9`;
const BY_NAME = `
  ${SELECT} ORDER BY i.document #>> '{page,section}', (i.document #>> '{page,order}')::int,
    lower(i.document #>> '{texts,fr,title}'), i.id LIMIT $8 OFFSET $9`;
const SOME = `SELECT ${ITEM_COLUMNS} FROM publishing.item AS i WHERE ${IS_PUBLIC} AND i.id = ANY($3::text[])`;
const ONE = `SELECT ${ITEM_COLUMNS} FROM publishing.item AS i WHERE ${IS_PUBLIC} AND i.id = $3`;

const ORDERED: { readonly [kind in Kind]: string } = {
  news: LATEST_FIRST,
  alert: LATEST_FIRST,
  poll: LATEST_FIRST,
  event: NEXT_FIRST,
  menu: NEXT_FIRST,
  place: BY_NAME,
  page: BY_NAME,
};

/** Where the items are, and whose days they have. */
export interface Published {
  readonly db: Queryable;
  readonly territories: Territories;
}

export interface PublicFilter {
  readonly kind: Kind;
  /** Slugs; absent: all communes. */
  readonly communes?: readonly string[] | undefined;
  /** A theme, the category of places, or the section of pages. */
  readonly theme?: string | undefined;
  readonly text?: string | undefined;
  /** The period of the items. */
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  readonly limit: number;
  readonly offset?: number | undefined;
}

export async function publicItems(
  { db, territories }: Published,
  tenant: string,
  filter: PublicFilter,
): Promise<Item[]> {
  const { kind, communes, theme, text, from, to, limit, offset = 0 } = filter;
  const pattern = text?.replaceAll(/[\\%_]/g, '\\$&');
  const given = [tenant, communes, kind, theme, pattern, to, from, limit, offset].map((value) => value ?? null);
  const values = [...given, territories.of(tenant).timeZone];
  return (await db.query<ItemRow>({ text: ORDERED[kind], values })).rows.map(itemOf);
}

/** The items of these that are still public, in the same order. */
export async function stillPublic(
  db: Queryable,
  tenant: string,
  communes: readonly string[] | undefined,
  ids: readonly string[],
): Promise<Item[]> {
  const { rows } = await db.query<ItemRow>({ text: SOME, values: [tenant, communes ?? null, ids] });
  const found = new Map(rows.map((row) => [row.id, itemOf(row)]));
  return ids.flatMap((id) => found.get(id) ?? []);
}

/** Undefined: there is no public item with this id. */
export async function publicItem(db: Queryable, tenant: string, id: string): Promise<Item | undefined> {
  const { rows } = await db.query<ItemRow>({ text: ONE, values: [tenant, null, id] });
  return rows[0] && itemOf(rows[0]);
}
