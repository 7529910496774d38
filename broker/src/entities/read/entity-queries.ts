import { type Caller, readableBy } from '../../access/caller.ts';
import { visibleEntity } from '../../access/visibility.ts';
import type { Database, Queryable, Rows } from '../../database/database.ts';
import { PlannedStatements } from '../../database/planned-statements.ts';
import { SqlParameters } from '../../database/sql-parameters.ts';
import { entityOf } from '../../model/document.ts';
import type { Entity } from '../../model/entity.ts';
import { TEXT_SEPARATOR } from '../../model/represent/fast/represent-text.ts';
import type { EntityFilter } from '../../query/entity-query.ts';
import type { Ordering } from '../../query/order/order-by.ts';
import { type AnsweredQuery, answeredQueries, type StoredQuery } from './answered-queries.ts';
import { countEntities } from './count-entities.ts';
import { readEntity } from './entity-reader.ts';
import { NarrowQueries, singleType } from './fast/narrow-queries.ts';
import { attributeIndexes } from './indexes/attribute-indexes.ts';
import { comparisonsOf } from './indexes/index-adviser-observations.ts';
import { sqlLiteral } from './indexes/indexed-value.ts';
import { MIN_OFFSET, PagePositions } from './page-positions.ts';
import { pageText } from './page-text.ts';
import { restriction, visibleTo } from './q-sql/access-filter.ts';
import { entityBranches, entityCondition } from './q-sql/entity-condition.ts';
import { ensureCollation, orderClause } from './q-sql/order-sql.ts';
import { queryKind, querySame } from './query-kind.ts';
import { slowPasses } from './slow-passes.ts';
import { type DocumentRow, StoredDocument, WANTED_COLUMNS, type Wanted } from './stored-document.ts';
import { textFilter } from './text-filter.ts';

/**
 * The unexpired entity with this id, and its stored text if it has one. Does not check rights: that is left to the code
 * that shows it.
 */
export function retrieveDocument(db: Queryable, tenant: string, id: string): Promise<StoredDocument | undefined> {
  return readEntity(db, tenant, id, 'shown');
}

/** The part of the unexpired entity that the caller may see. Expired attributes are still included. */
export async function retrieveEntity(db: Queryable, caller: Caller, id: string): Promise<Entity | undefined> {
  const read = readableBy(caller);
  const entity = (await readEntity(db, caller.tenant, id, 'document'))?.entity;
  return entity && visibleEntity(read, entity);
}

interface StoredPage {
  readonly documents: readonly StoredDocument[];
  /** The total number of matches, if requested. */
  readonly count?: number;
}

/** A page for an answer that only needs the stored texts of `shown-text.ts`. */
interface ShownPage {
  /** The texts of the whole page, joined with `TEXT_SEPARATOR`; or the entities, if some of them have no text. */
  readonly found: string | readonly StoredDocument[];
  /** The total number of matches, if requested. */
  readonly count?: number;
  readonly hasNext: boolean;
}

/** A page of unexpired matching entities, in the requested order and then by id. */
export async function queryEntities(
  db: Database,
  caller: Caller,
  query: StoredQuery,
): Promise<{ readonly entities: Entity[]; readonly count?: number }> {
  const { documents, count } = await timed(db, caller, query, 'document', (at) =>
    pageWithCount(db, caller, query, at, 'document'),
  );
  const entities = documents.map((document) => document.entity);
  return count === undefined ? { entities } : { entities, count };
}

/** Like {@link queryEntities}, but returns the stored texts, which are enough for most answers. */
export function queryShown(db: Database, caller: Caller, query: StoredQuery): Promise<ShownPage> {
  return timed(db, caller, query, 'shown', async (at) => {
    const narrow = mayBeNarrow(caller, query) ? await knownOf(db).narrow.texts(caller.tenant, query, at) : undefined;
    if (narrow?.texts !== undefined) {
      const { texts, count } = narrow;
      return {
        found: texts,
        hasNext: query.limit > 0 && count > query.offset + query.limit,
        ...(query.count && { count }),
      };
    }
    // A narrow query that came this far has an entity without text, so trying again by ids is of no use.
    if (narrow === undefined) {
      const [page, count] = await Promise.all([
        textsById(db, caller, query, at),
        query.count ? countEntities(db, caller, query, at) : undefined,
      ]);
      if (page !== undefined) return count === undefined ? page : { ...page, count };
    }
    const limit = query.limit === 0 ? 0 : query.limit + 1;
    const { documents, ...counted } = await pageWithCount(db, caller, { ...query, limit }, at, 'shown');
    return { found: documents.slice(0, query.limit), hasNext: documents.length > query.limit, ...counted };
  });
}

/** Runs a query, a slow one when its turn has come, and publishes its duration. */
function timed<Page>(
  db: Database,
  caller: Caller,
  query: StoredQuery,
  wanted: Wanted,
  answer: (at: string) => Promise<Page>,
): Promise<Page> {
  const pass = async () => {
    const start = performance.now();
    const page = await answer(new Date().toISOString());
    if (answeredQueries.hasSubscribers) {
      const answered: AnsweredQuery = { db, tenant: caller.tenant, query, milliseconds: performance.now() - start };
      answeredQueries.publish(answered);
    }
    return page;
  };
  const kind = queryKind(caller, query);
  if (kind === undefined) return pass();
  const sharedKey = () => {
    const same = querySame(caller, query);
    return same && `${wanted} ${same}`;
  };
  return slowPasses(db).run(kind, sharedKey, pass);
}

function mayBeNarrow(caller: Caller, query: StoredQuery): boolean {
  return query.ordering === undefined && restriction(caller) === undefined;
}

async function pageWithCount(
  db: Database,
  caller: Caller,
  query: StoredQuery,
  at: string,
  wanted: Wanted,
): Promise<StoredPage> {
  if (mayBeNarrow(caller, query)) {
    const narrow = await knownOf(db).narrow.page(caller.tenant, query, at, wanted);
    if (narrow !== undefined) {
      const { documents, count } = narrow;
      return query.count ? { documents, count } : { documents };
    }
  }
  const [documents, count] = await Promise.all([
    query.limit === 0 ? [] : selectPage(db, caller, query, at, wanted),
    query.count ? countEntities(db, caller, query, at) : undefined,
  ]);
  return count === undefined ? { documents } : { documents, count };
}

/** What this process caches for one database. */
interface Known {
  readonly statements: PlannedStatements;
  readonly narrow: NarrowQueries;
  readonly positions: PagePositions;
}

const known = new WeakMap<Database, Known>();

function knownOf(db: Database): Known {
  let found = known.get(db);
  if (found === undefined) {
    const statements = new PlannedStatements();
    const narrow = new NarrowQueries(db, statements);
    found = { statements, narrow, positions: new PagePositions() };
    known.set(db, found);
  }
  return found;
}

async function selectPage(
  db: Database,
  caller: Caller,
  query: StoredQuery,
  at: string,
  wanted: Wanted,
): Promise<StoredDocument[]> {
  // If only a part of an entity is visible, its stored text can't be used.
  const columns = restriction(caller) === undefined ? WANTED_COLUMNS[wanted] : WANTED_COLUMNS.document;
  if (query.ordering !== undefined) return stored(await orderedPage(db, caller, query, query.ordering, at, columns));
  return pageById(db, caller, query, at, columns);
}

function stored({ rows }: Rows<DocumentRow>): StoredDocument[] {
  return rows.map((row) => new StoredDocument(row));
}

// Most statements are unnamed, so that PostgreSQL plans them for the given values: it matters whether a type is rare or
// frequent. Statements that have the same plan for all values are named. Limits are part of the text, so that the
// planner takes them into account.

async function orderedPage(
  db: Database,
  caller: Caller,
  query: StoredQuery,
  ordering: Ordering,
  at: string,
  columns: string,
): Promise<Rows<DocumentRow>> {
  await ensureCollation(db, ordering);
  const params = new SqlParameters([caller.tenant]);
  const { rows, options } = visibleTo(caller, params, at);
  const text = `SELECT ${columns} FROM ${rows} WHERE tenant = $1 AND ${entityCondition(query, params, options)}
    ${orderClause(ordering, params, { at })} LIMIT ${query.limit} OFFSET ${query.offset}`;
  return db.query<DocumentRow>({ text, values: params.values });
}

/** Larger pages are rare. A prepared statement for each limit would fill the memory of the connections. */
const MAX_NAMED_LIMIT = 101;

interface TextsRow {
  readonly texts: string | null;
  readonly missing: number;
  readonly found: number;
}

/**
 * A page near the start, as one text. Undefined if the query is of another kind, or if an entity of the page has no
 * text.
 */
async function textsById(
  db: Database,
  caller: Caller,
  query: StoredQuery,
  at: string,
): Promise<{ found: string; hasNext: boolean } | undefined> {
  const { limit, offset, ordering } = query;
  if (ordering !== undefined || limit === 0 || offset + limit > MIN_OFFSET || restriction(caller) !== undefined)
    return undefined;
  const params = new SqlParameters([caller.tenant]);
  const isPrepared = isWalk(db, caller, query);
  const branches = entityBranches(query, params, { at, isPrepared, isExact: isPrepared });
  const first = isPrepared && query.q !== undefined ? textFilter(query.q, params) : undefined;
  // Requests one entity more than the limit, to find out whether there is a next page.
  const page = pageText(branches, 'shown', limit + 1, offset, undefined, 'entity', first);
  const text = `SELECT string_agg(shown, ${sqlLiteral(TEXT_SEPARATOR)} ORDER BY id) FILTER (WHERE place <= ${limit}) AS texts,
    count(*) - count(shown) AS missing, count(*) AS found
    FROM (SELECT id, shown, row_number() OVER (ORDER BY id) AS place FROM (${page}) AS page) AS page`;
  const { values } = params;
  // For a query by type only, finding the page costs no more than its length.
  const isShort = query.q === undefined && query.attrs === undefined;
  const statement = isPrepared ? knownOf(db).statements.statement(text, values, isShort) : { text, values };
  const [row] = (await db.query<TextsRow>(statement)).rows;
  if (row === undefined || row.missing > 0) return undefined;
  return { found: row.texts ?? '', hasNext: row.found > limit };
}

async function pageById(
  db: Database,
  caller: Caller,
  query: StoredQuery,
  at: string,
  columns: string,
): Promise<StoredDocument[]> {
  const { limit, offset } = query;
  const params = new SqlParameters([caller.tenant]);
  const { rows, options } = visibleTo(caller, params, at);
  const isPrepared = isWalk(db, caller, query);
  const branches = entityBranches(query, params, { ...options, isPrepared, isExact: isPrepared });
  if (offset + limit <= MIN_OFFSET) {
    const first = isPrepared && query.q !== undefined ? textFilter(query.q, params) : undefined;
    const text = pageText(branches, columns, limit, offset, undefined, rows, first);
    const { values } = params;
    const statement = isPrepared ? knownOf(db).statements.statement(text, values) : { text, values };
    return stored(await db.query<DocumentRow>(statement));
  }
  const { positions } = knownOf(db);
  const key = JSON.stringify([rows, branches.conditions, params.values]).replaceAll(at, '');
  const after = positions.find(key, offset);
  const text =
    after === undefined
      ? pageText(branches, columns, limit, offset, undefined, rows)
      : pageText(branches, columns, limit, 0, params.add(after), rows);
  const page = await db.query<DocumentRow & { id: string }>({ text, values: params.values });
  // The last row may only be there to show that there is a next page.
  for (const length of [page.rows.length - 1, page.rows.length]) {
    const last = page.rows[length - 1];
    if (last !== undefined) positions.note(key, offset + length, last.id);
  }
  return stored(page);
}

/**
 * Whether walking along the type index in id order is the best plan for any values, because no other index can help.
 */
function isWalk(db: Database, caller: Caller, { q, geoQ, scopeQ, limit, offset, selectors }: StoredQuery): boolean {
  const type = singleType({ selectors });
  if (type === undefined || geoQ || scopeQ || selectors?.[0]?.idPattern || restriction(caller) !== undefined)
    return false;
  if (limit > MAX_NAMED_LIMIT || offset > 0) return false;
  const indexes = attributeIndexes(db);
  return q === undefined || comparisonsOf(q).every(({ attribute }) => indexes.has(type, attribute) === false);
}

/** The ids of unexpired matching entities, in order, starting after the id `after`. */
export async function queryEntityIds(
  db: Queryable,
  caller: Caller,
  filter: EntityFilter,
  after: string,
  limit: number,
): Promise<string[]> {
  const rows = await rowsAfter<{ id: string }>(db, caller, filter, 'tenant', after, limit);
  return rows.map(({ id }) => id);
}

/** The unexpired matching entities, in order of their ids, starting after the id `after`. */
export async function queryEntitiesAfter(
  db: Queryable,
  caller: Caller,
  filter: EntityFilter,
  after: string,
  limit: number,
): Promise<Entity[]> {
  const rows = await rowsAfter<{ document: string }>(db, caller, filter, 'document', after, limit);
  return rows.map(({ document }) => entityOf(document));
}

async function rowsAfter<Found>(
  db: Queryable,
  caller: Caller,
  filter: EntityFilter,
  columns: string,
  after: string,
  limit: number,
): Promise<Found[]> {
  const params = new SqlParameters([caller.tenant]);
  const { rows, options } = visibleTo(caller, params, new Date().toISOString());
  const branches = entityBranches(filter, params, options);
  const text = pageText(branches, columns, limit, 0, params.add(after), rows);
  return (await db.query<Found>({ text, values: params.values })).rows;
}
