import type { Caller } from '../../access/caller.ts';
import type { Database, Rows } from '../../database/database.ts';
import { PlannedStatements } from '../../database/planned-statements.ts';
import { SqlParameters } from '../../database/sql-parameters.ts';
import { attributeIndexes } from '../../indexes/attribute-indexes.ts';
import { comparisonsOf } from '../../indexes/index-adviser-observations.ts';
import { sqlLiteral } from '../../indexes/indexed-value.ts';
import { TEXT_SEPARATOR } from '../../model/represent/fast/represent-text.ts';
import type { StoredQuery } from '../../query/entity-query.ts';
import { countEntities } from './count-entities.ts';
import { NarrowQueries, singleType } from './fast/narrow-queries.ts';
import { MIN_OFFSET, PagePositions } from './page-positions.ts';
import { pageText } from './page-text.ts';
import { restriction, visibleTo } from './q-sql/access-filter.ts';
import { entityBranches, entityCondition } from './q-sql/entity-condition.ts';
import { ensureCollation, orderClause } from './q-sql/order-sql.ts';
import { type DocumentRow, StoredDocument, WANTED_COLUMNS, type Wanted } from './stored-document.ts';
import { textFilter } from './text-filter.ts';

// Most statements are unnamed, so that PostgreSQL plans them for the given values: it matters whether a type is rare or
// frequent. Statements that have the same plan for all values are named. Limits are part of the text, so that the
// planner takes them into account.

export interface PageRequest {
  readonly db: Database;
  readonly caller: Caller;
  readonly query: StoredQuery;
  /** The time of the query, ISO 8601. What has expired by then is left out. */
  readonly at: string;
  readonly wanted: Wanted;
}

/** A page of unexpired matching entities, in the requested order and then by id. */
export interface Page {
  /** The entities; or, only if texts are wanted, their texts joined with `TEXT_SEPARATOR`. */
  readonly found: string | readonly StoredDocument[];
  /** The total number of matches, if requested. */
  readonly count?: number;
  /** Known if texts are wanted. */
  readonly hasNext: boolean;
}

/** A way to read a page. */
interface Strategy {
  readonly name: string;
  fits(request: PageRequest): boolean;
  /** Undefined: it did not work out for this query after all, and the next one is tried. */
  read(request: PageRequest): Promise<Page | undefined>;
}

/** Few entities by an index: all hits are fetched first. Gives up if there are too many. */
const fewByIndex: Strategy = {
  name: 'few by index',
  fits: ({ caller, query }) => query.ordering === undefined && restriction(caller) === undefined,
  async read(request) {
    const { db, caller, query, at, wanted } = request;
    const { narrow } = knownOf(db);
    if (wanted === 'shown') {
      const found = await narrow.texts(caller.tenant, query, at);
      if (found === undefined) return undefined;
      const { texts, count } = found;
      const hasNext = query.limit > 0 && count > query.offset + query.limit;
      if (texts !== undefined) return { found: texts, hasNext, ...(query.count && { count }) };
    }
    const page = await narrow.page(caller.tenant, { ...query, limit: rowsOf(request) }, at, wanted);
    return page && pageOf(request, page.documents, query.count ? page.count : undefined);
  },
};

/** A page near the start, as one text. Gives up if an entity of the page has no text. */
const firstTexts: Strategy = {
  name: 'first texts',
  fits: ({ caller, query: { ordering, limit, offset }, wanted }) =>
    wanted === 'shown' &&
    ordering === undefined &&
    limit > 0 &&
    offset + limit <= MIN_OFFSET &&
    restriction(caller) === undefined,
  async read(request) {
    const { db, caller, query, at } = request;
    const [page, count] = await Promise.all([
      textsById(request),
      query.count ? countEntities(db, caller, query, at) : undefined,
    ]);
    return page && (count === undefined ? page : { ...page, count });
  },
};

const inRequestedOrder: Strategy = {
  name: 'in requested order',
  fits: ({ query }) => query.ordering !== undefined,
  read: (request) => countedPage(request, orderedRows),
};

/** Along the index of ids. It serves every query without an order. */
const byId: Strategy = {
  name: 'by id',
  fits: ({ query }) => query.ordering === undefined,
  read: (request) => countedPage(request, rowsById),
};

const STRATEGIES: readonly Strategy[] = [fewByIndex, firstTexts, inRequestedOrder, byId];

/** Reads a page by the first strategy that fits and works out. */
export async function readPage(request: PageRequest): Promise<Page> {
  for (const strategy of STRATEGIES) {
    const page = strategy.fits(request) ? await strategy.read(request) : undefined;
    if (page !== undefined) return page;
  }
  throw new Error('no strategy reads this query'); // one of the last two always does
}

/** The rows to read for the page: if texts are wanted, one more shows whether there is a next page. */
function rowsOf({ query: { limit }, wanted }: PageRequest): number {
  return wanted === 'shown' && limit > 0 ? limit + 1 : limit;
}

function pageOf({ query: { limit } }: PageRequest, documents: readonly StoredDocument[], count?: number): Page {
  const hasNext = documents.length > limit;
  return { found: hasNext ? documents.slice(0, limit) : documents, hasNext, ...(count !== undefined && { count }) };
}

async function countedPage(
  request: PageRequest,
  read: (request: PageRequest, columns: string, limit: number) => Promise<Rows<DocumentRow>>,
): Promise<Page> {
  const { db, caller, query, at, wanted } = request;
  // If only a part of an entity is visible, its stored text can't be used.
  const columns = WANTED_COLUMNS[restriction(caller) === undefined ? wanted : 'document'];
  const [rows, count] = await Promise.all([
    query.limit === 0 ? undefined : read(request, columns, rowsOf(request)),
    query.count ? countEntities(db, caller, query, at) : undefined,
  ]);
  return pageOf(request, rows?.rows.map((row) => new StoredDocument(row)) ?? [], count);
}

async function orderedRows({ db, caller, query, at }: PageRequest, columns: string, limit: number) {
  const { ordering } = query;
  if (ordering === undefined) throw new Error('a query without an order');
  await ensureCollation(db, ordering);
  const params = new SqlParameters([caller.tenant]);
  const { rows, options } = visibleTo(caller, params, at);
  const text = `SELECT ${columns} FROM ${rows} WHERE tenant = $1 AND ${entityCondition(query, params, options)}
    ${orderClause(ordering, params, { at })} LIMIT ${limit} OFFSET ${query.offset}`;
  return db.query<DocumentRow>({ text, values: params.values });
}

async function rowsById({ db, caller, query, at }: PageRequest, columns: string, limit: number) {
  const { offset } = query;
  const params = new SqlParameters([caller.tenant]);
  const { rows, options } = visibleTo(caller, params, at);
  const isPrepared = isWalk(db, caller, query, limit);
  const branches = entityBranches(query, params, { ...options, isPrepared, isExact: isPrepared });
  const { statements, positions } = knownOf(db);
  if (offset + limit <= MIN_OFFSET) {
    const first = isPrepared && query.q !== undefined ? textFilter(query.q, params) : undefined;
    const text = pageText(branches, columns, limit, offset, undefined, rows, first);
    const { values } = params;
    return db.query<DocumentRow>(isPrepared ? statements.statement(text, values) : { text, values });
  }
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
  return page;
}

interface TextsRow {
  readonly texts: string | null;
  readonly missing: number;
  readonly found: number;
}

/** Undefined if an entity of the page has no text. */
async function textsById({ db, caller, query, at }: PageRequest): Promise<Page | undefined> {
  const { limit, offset } = query;
  const params = new SqlParameters([caller.tenant]);
  const isPrepared = isWalk(db, caller, query, limit);
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

/** Larger pages are rare. A prepared statement for each limit would fill the memory of the connections. */
const MAX_NAMED_LIMIT = 101;

/**
 * Whether walking along the type index in id order is the best plan for any values, because no other index can help.
 */
function isWalk(db: Database, caller: Caller, query: StoredQuery, limit: number): boolean {
  const { q, geoQ, scopeQ, offset, selectors } = query;
  const type = singleType({ selectors });
  if (type === undefined || geoQ || scopeQ || selectors?.[0]?.idPattern || restriction(caller) !== undefined)
    return false;
  if (limit > MAX_NAMED_LIMIT || offset > 0) return false;
  const indexes = attributeIndexes(db);
  return q === undefined || comparisonsOf(q).every(({ attribute }) => indexes.has(type, attribute) === false);
}

/** What this process remembers of one database. */
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
    found = { statements, narrow: new NarrowQueries(db, statements), positions: new PagePositions() };
    known.set(db, found);
  }
  return found;
}
