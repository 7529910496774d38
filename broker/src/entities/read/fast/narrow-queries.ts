import type { Database } from '../../../database/database.ts';
import { PlannedStatements } from '../../../database/planned-statements.ts';
import { SqlParameters } from '../../../database/sql-parameters.ts';
import { TEXT_SEPARATOR } from '../../../model/represent/fast/represent-text.ts';
import { LOCATION } from '../../../query/geo/geo-query.ts';
import type { QNode } from '../../../query/q/q-tree.ts';
import type { StoredQuery } from '../answered-queries.ts';
import { type AttributeIndexes, attributeIndexes } from '../indexes/attribute-indexes.ts';
import { sqlLiteral } from '../indexes/indexed-value.ts';
import { unpacked } from '../page-text.ts';
import { entityCondition } from '../q-sql/entity-condition.ts';
import { geoCondition } from '../q-sql/geo-condition.ts';
import {
  type Comparison,
  type Conjunct,
  comparisonOf,
  conjuncts,
  indexedValueOf,
  type SqlScope,
} from '../q-sql/q-condition.ts';
import { type DocumentRow, StoredDocument, WANTED_COLUMNS, type Wanted } from '../stored-document.ts';

/*
 * Queries that an index answers with few entities: the index of an attribute, or that of locations. All hits are taken
 * first and then put in order, with one plan for all values, where PostgreSQL otherwise weighs for every query whether to
 * walk the type in order instead: of a query with 20 hits of 100,000 that alone is two thirds of the time. Where there are
 * more hits than are worth taking, the other queries of `entity-queries.ts` take over.
 */

/** More hits are too many to take them all. */
const MOST_HITS = 2000;
/** After too many hits, so many queries of the kind go the other way at once, twice as many each time. */
const MOST_PASSED_OVER = 64;
const MOST_KINDS = 1000;

interface NarrowPage {
  readonly documents: readonly StoredDocument[];
  /** Of all that match. */
  readonly count: number;
}

interface NarrowTexts {
  /** Of `shown-text.ts`, with `TEXT_SEPARATOR` between them; undefined: an entity of the page has none. */
  readonly texts: string | undefined;
  /** Of all that match. */
  readonly count: number;
}

/** Of queries that differ in values alone, how many more go the other way at once, and how many did last. */
interface Kind {
  passOver: number;
  penalty: number;
}

export class NarrowQueries {
  readonly #db: Database;
  readonly #indexes: AttributeIndexes;
  readonly #kinds = new Map<string, Kind>();
  readonly #statements: PlannedStatements;

  constructor(db: Database, statements = new PlannedStatements()) {
    this.#db = db;
    this.#statements = statements;
    this.#indexes = attributeIndexes(db);
  }

  /** A page in the order of ids; undefined: the query is none of these, or has too many hits. */
  async page(tenant: string, query: StoredQuery, at: string, wanted: Wanted): Promise<NarrowPage | undefined> {
    const rows = await this.#rows<DocumentRow>(tenant, query, at, [(...all) => pageText(PAGES[wanted], ...all)]);
    // The count comes with a row of its own where the page has none.
    const found = rows?.filter(({ shown, document }) => (shown ?? document) !== null);
    return rows && found && { documents: found.map((row) => new StoredDocument(row)), count: rows[0]?.hits ?? 0 };
  }

  /** The same in one text. Uncounted, the count tells whether there are more. */
  async texts(tenant: string, query: StoredQuery, at: string): Promise<NarrowTexts | undefined> {
    // Where the index finds too many, the rest of what is asked for may still leave few.
    const ways = query.count ? [ALL_TEXTS] : [firstTexts, ALL_TEXTS];
    const row = (await this.#rows<TextsRow>(tenant, query, at, ways))?.[0];
    if (row === undefined) return undefined;
    const { missing, found, hits } = row;
    return {
      texts: missing > 0 ? undefined : (row.texts ?? ''),
      count: found === undefined ? hits : query.offset + found,
    };
  }

  async #rows<Row>(
    tenant: string,
    query: StoredQuery,
    at: string,
    ways: readonly Way[],
  ): Promise<readonly (Row & Counted)[] | undefined> {
    const params = new SqlParameters([tenant]);
    const branches = this.#branches(query, params, at);
    if (branches === undefined) return undefined;
    const [limit, offset] = [params.add(query.limit), params.add(query.offset)];
    for (const way of ways) {
      const text = way(branches, limit, offset);
      const rows = text === undefined ? undefined : await this.#few<Row>(text, params.values);
      if (rows !== undefined) return rows;
    }
    return undefined;
  }

  /** Undefined: there are too many hits, or were of late. */
  async #few<Row>(text: string, values: readonly unknown[]): Promise<readonly (Row & Counted)[] | undefined> {
    const kind = this.#kindOf(text);
    if (kind.passOver > 0) {
      kind.passOver--;
      return undefined;
    }
    const { rows } = await this.#db.query<Row & Counted>(this.#statements.statement(text, values, true));
    if ((rows[0]?.hits ?? 0) > MOST_HITS) {
      kind.penalty = Math.min(MOST_PASSED_OVER, kind.penalty * 2 || 1);
      kind.passOver = kind.penalty;
      return undefined;
    }
    kind.penalty = 0;
    return rows;
  }

  #branches(query: StoredQuery, params: SqlParameters, at: string): Branch[] | undefined {
    const { selectors = [], q, geoQ } = query;
    const type = singleType(query);
    if (type !== undefined && q !== undefined) {
      const scope: SqlScope = { params, row: 'entity', at, isPrepared: true, isWrittenOut: true };
      const found = this.#comparison(type, q, scope);
      if (found !== undefined) return indexedBranches(query, type, found, scope);
    }
    // Ids lead to their entities at once.
    if (geoQ?.geoproperty !== LOCATION || selectors.some(({ ids }) => ids)) return undefined;
    if (geoQ.kind === 'near' ? geoQ.bound === 'min' : geoQ.relation === 'disjoint') return undefined;
    // The place first and by itself: beside others a plan for all values would look for the type, or for all of the tenant.
    const { geoQ: _geoQ, ...rest } = query;
    const scope: SqlScope = { params, row: 'entity', at, isPrepared: true };
    const there = `(SELECT * FROM entity WHERE ${geoCondition(geoQ, scope)} OFFSET 0) AS entity`;
    return [{ rows: there, condition: entityCondition(rest, params, { at, isPrepared: true }) }];
  }

  /** The best comparison for which there is an index, and what else is asked for. */
  #comparison(type: string, q: QNode, scope: SqlScope): Found | undefined {
    const all = conjuncts(q);
    let best: Found | undefined;
    for (const conjunct of all) {
      const comparison = comparisonOf(conjunct, scope);
      if (comparison === undefined || !this.#indexes.has(type, comparison.attribute)) continue;
      if (best !== undefined && best.comparison.rank <= comparison.rank) continue;
      best = { comparison, others: all.filter((each) => each !== conjunct) };
    }
    return best;
  }

  #kindOf(text: string): Kind {
    let kind = this.#kinds.get(text);
    if (kind === undefined) {
      if (this.#kinds.size >= MOST_KINDS) this.#kinds.clear();
      kind = { passOver: 0, penalty: 0 };
      this.#kinds.set(text, kind);
    }
    return kind;
  }
}

interface Found {
  readonly comparison: Comparison;
  readonly others: readonly Conjunct[];
}

/** The one type that is asked for by itself. */
export function singleType({ selectors = [] }: Pick<StoredQuery, 'selectors'>): string | undefined {
  const [selector, ...others] = selectors;
  if (selector?.types?.kind !== 'anyOf' || others.length > 0 || selector.ids) return undefined;
  const [group, ...groups] = selector.types.groups;
  return groups.length === 0 && group?.length === 1 ? group[0] : undefined;
}

/** Entities whose value the index holds, those of which it doesn't tell all, and those that have the type beside others. */
function indexedBranches(query: StoredQuery, type: string, { comparison, others }: Found, scope: SqlScope): Branch[] {
  const { params, at } = scope;
  const { q: _q, selectors: [selector] = [], ...rest } = query;
  const { types: _types, ...restOfSelector } = selector ?? {};
  const filter = { ...rest, selectors: [restOfSelector] };
  const value = indexedValueOf(comparison.attribute, scope);
  const ofType = `types[1] = ${sqlLiteral(type)}`;
  const indexed = `${ofType} AND ${value.isPlain} AND ${comparison.indexed(value)}`;
  const isRest = entityCondition(filter, params, { at, isPrepared: true, isExact: true, conjuncts: others });
  const besides = `cardinality(types) > 1 AND types[1] <> ${sqlLiteral(type)} AND types && ARRAY[${sqlLiteral(type)}]`;
  const untold = `(SELECT * FROM entity WHERE ${ofType} AND ${value.isOther} UNION ALL SELECT * FROM entity WHERE ${besides}) AS entity`;
  return [
    others.length === 0
      ? { rows: 'entity', condition: `${indexed} AND ${isRest}` }
      : { rows: unpacked(indexed), condition: isRest, byIndex: { indexed, rest: isRest } },
    { rows: untold, condition: `${comparison.exact()} AND ${isRest}` },
  ];
}

/** A statement for branches; undefined: it is none for these. */
type Way = (branches: readonly Branch[], limit: string, offset: string) => string | undefined;

/** Rows like those of `entity`, and which of them are hits. */
interface Branch {
  readonly rows: string;
  readonly condition: string;
  readonly byIndex?: ByIndex;
}

/** What the index tells by itself, and what takes a look into the document. */
interface ByIndex {
  readonly indexed: string;
  readonly rest: string;
}

/** What is taken of the hits, and what is made of those of the page. */
interface PageText {
  readonly columns: string;
  readonly select: string;
}

interface Counted {
  readonly hits: number;
}

interface TextsRow {
  readonly texts: string | null;
  readonly missing: number;
  /** Of a page and what follows it, where not all hits were counted. */
  readonly found?: number;
}

const EACH = '(SELECT count(*) AS hits FROM hits) AS found LEFT JOIN page ON true ORDER BY page.id';
const PAGES: { readonly [Kind in Wanted]: PageText } = {
  document: { columns: 'document', select: `page.document, found.hits FROM ${EACH}` },
  shown: { columns: WANTED_COLUMNS.shown, select: `page.shown, page.document, found.hits FROM ${EACH}` },
};
// One value of all texts: a row for each would take as long as all the rest of the answer.
const TEXTS: PageText = {
  columns: 'shown',
  select: `string_agg(shown, ${sqlLiteral(TEXT_SEPARATOR)} ORDER BY id) AS texts, count(*) - count(shown) AS missing,
    (SELECT count(*) FROM hits) AS hits FROM page`,
};

function pageText(page: PageText, branches: readonly Branch[], limit: string, offset: string): string {
  const hits = branches.map(
    ({ rows, condition }) => `SELECT id, ${page.columns} FROM ${rows} WHERE tenant = $1 AND ${condition}`,
  );
  return `WITH hits AS MATERIALIZED (${hits.join(' UNION ALL ')} LIMIT ${MOST_HITS + 1}),
    page AS (SELECT * FROM hits ORDER BY id LIMIT ${limit}::bigint OFFSET ${offset}::bigint)
    SELECT ${page.select}`;
}

const ALL_TEXTS: Way = (...all) => pageText(TEXTS, ...all);

/**
 * The first texts alone: what the index finds is put in order by its ids, and looked into one by one until the page is full.
 * Undefined: the index tells all that is asked for, or there is none.
 *
 * Measured where one of two comparisons has an index, with 1,000 hits of 4 KB for 20 of them: a fifth of the time.
 */
function firstTexts([first, ...others]: readonly Branch[], limit: string, offset: string): string | undefined {
  if (first?.byIndex === undefined) return undefined;
  const { indexed, rest } = first.byIndex;
  const hits = others.map(({ rows, condition }) => `SELECT id, true FROM ${rows} WHERE tenant = $1 AND ${condition}`);
  return `WITH hits (id, is_known) AS MATERIALIZED (
      ${[`SELECT id, false FROM entity WHERE tenant = $1 AND ${indexed}`, ...hits].join(' UNION ALL ')} LIMIT ${MOST_HITS + 1}),
    page AS (
      SELECT entity.id, entity.shown FROM (SELECT * FROM hits ORDER BY id) AS hits
      CROSS JOIN LATERAL ${unpacked('id = hits.id')}
      WHERE hits.is_known OR (${rest}) ORDER BY hits.id LIMIT ${limit}::bigint + 1 OFFSET ${offset}::bigint)
    SELECT string_agg(shown, ${sqlLiteral(TEXT_SEPARATOR)} ORDER BY id) FILTER (WHERE place <= ${limit}::bigint) AS texts,
      count(*) - count(shown) AS missing, count(*) AS found, (SELECT count(*) FROM hits) AS hits
    FROM (SELECT id, shown, row_number() OVER (ORDER BY id) AS place FROM page) AS page`;
}
