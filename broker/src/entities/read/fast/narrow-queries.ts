import { namedCache } from '@alzette/kit/caches';
import { isByTenant } from '../../../database/citus/by-tenant.ts';
import type { Database } from '../../../database/database.ts';
import { PlannedStatements } from '../../../database/planned-statements.ts';
import { SqlParameters } from '../../../database/sql-parameters.ts';
import { type AttributeIndexes, attributeIndexes } from '../../../indexes/attribute-indexes.ts';
import { sqlLiteral } from '../../../indexes/indexed-value.ts';
import { TEXT_SEPARATOR } from '../../../model/represent/fast/represent-text.ts';
import type { StoredQuery } from '../../../query/entity-query.ts';
import { LOCATION } from '../../../query/geo/geo-query.ts';
import type { QNode } from '../../../query/q/q-tree.ts';
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
 * Queries for which an index on an attribute or on locations finds few entities. All hits are fetched first and sorted
 * afterwards, with one plan for all values. Otherwise PostgreSQL considers for each query whether to walk along the
 * type index instead, which takes two thirds of the time of a query with 20 hits among 100,000. If there are too many
 * hits, the other strategies of `strategies.ts` take over.
 */

/** With more hits than this, fetching all of them is too slow. */
const MAX_HITS = 2000;
/** The most queries of one kind that skip this strategy after a failed try. The number doubles with each failure. */
const MAX_PASSED_OVER = 64;
const KINDS_BYTES = 4 * 1024 * 1024;
const KIND_BYTES = 50;

interface NarrowPage {
  readonly documents: readonly StoredDocument[];
  /** The total number of matches. */
  readonly count: number;
}

interface NarrowTexts {
  /** The texts of `shown-text.ts`, joined with `TEXT_SEPARATOR`; undefined if an entity of the page has none. */
  readonly texts: string | undefined;
  /** The total number of matches. */
  readonly count: number;
}

/**
 * For queries that differ only in their values: how many more skip this strategy, and how many skipped it last time.
 */
interface Kind {
  passOver: number;
  penalty: number;
}

export class NarrowQueries {
  readonly #db: Database;
  readonly #indexes: AttributeIndexes;
  readonly #kinds = namedCache<Kind>('narrow_queries', KINDS_BYTES, 'broker');
  readonly #statements: PlannedStatements;

  constructor(db: Database, statements = new PlannedStatements()) {
    this.#db = db;
    this.#statements = statements;
    this.#indexes = attributeIndexes(db);
  }

  /** A page in id order. Undefined if the query does not fit, or has too many hits. */
  async page(tenant: string, query: StoredQuery, at: string, wanted: Wanted): Promise<NarrowPage | undefined> {
    const rows = await this.#rows<DocumentRow>(tenant, query, at, [(...all) => pageText(PAGES[wanted], ...all)]);
    // If the page is empty, a row of its own carries the count.
    const found = rows?.filter(({ shown, document }) => (shown ?? document) !== null);
    return rows && found && { documents: found.map((row) => new StoredDocument(row)), count: rows[0]?.hits ?? 0 };
  }

  /** Like `page`, but as one text. Without a requested count, `count` only shows whether there is a next page. */
  async texts(tenant: string, query: StoredQuery, at: string): Promise<NarrowTexts | undefined> {
    // If the index finds too many hits, the remaining conditions may still leave only a few.
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

  /** Undefined if there are too many hits, or were recently. */
  async #few<Row>(text: string, values: readonly unknown[]): Promise<readonly (Row & Counted)[] | undefined> {
    const statement = this.#statements.statement(text, values, true);
    const kind = this.#kindOf(statement.name ?? text); // a name is found faster
    if (kind.passOver > 0) {
      kind.passOver--;
      return undefined;
    }
    const { rows } = await this.#db.query<Row & Counted>(statement);
    if ((rows[0]?.hits ?? 0) > MAX_HITS) {
      kind.penalty = Math.min(MAX_PASSED_OVER, kind.penalty * 2 || 1);
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
    // A query by ids finds its entities directly, without this strategy.
    if (geoQ?.geoproperty !== LOCATION || selectors.some(({ ids }) => ids)) return undefined;
    if (geoQ.kind === 'near' ? geoQ.bound === 'min' : geoQ.relation === 'disjoint') return undefined;
    // The location is tested first and separately. In combination, a generic plan would search by type or scan the
    // whole tenant. On a cluster, which needs the tenant here, plans are not generic.
    const { geoQ: _geoQ, ...rest } = query;
    const scope: SqlScope = { params, row: 'entity', at, isPrepared: true };
    const ofTenant = isByTenant(this.#db) ? 'tenant = $1 AND ' : '';
    const placed = `(SELECT * FROM entity WHERE ${ofTenant}${geoCondition(geoQ, scope)} OFFSET 0) AS entity`;
    return [{ rows: placed, condition: entityCondition(rest, params, { at, isPrepared: true }) }];
  }

  /** The most selective comparison that has an index, and the remaining conditions. */
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

  #kindOf(key: string): Kind {
    let kind = this.#kinds.get(key);
    if (kind === undefined) {
      kind = { passOver: 0, penalty: 0 };
      this.#kinds.set(key, kind, KIND_BYTES);
    }
    return kind;
  }
}

interface Found {
  readonly comparison: Comparison;
  readonly others: readonly Conjunct[];
}

/** The type, if the query asks for exactly one. */
export function singleType({ selectors = [] }: Pick<StoredQuery, 'selectors'>): string | undefined {
  const [selector, ...others] = selectors;
  if (selector?.types?.kind !== 'anyOf' || others.length > 0 || selector.ids) return undefined;
  const [group, ...groups] = selector.types.groups;
  return groups.length === 0 && group?.length === 1 ? group[0] : undefined;
}

/**
 * The branches of a query: entities whose value is in the index, entities whose value the index can't represent, and
 * entities for which the type is not the first one.
 */
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
  const untold = `(SELECT * FROM entity WHERE tenant = $1 AND ${ofType} AND ${value.isOther}
    UNION ALL SELECT * FROM entity WHERE tenant = $1 AND ${besides}) AS entity`;
  return [
    others.length === 0
      ? { rows: 'entity', condition: `${indexed} AND ${isRest}` }
      : { rows: unpacked(indexed), condition: isRest, byIndex: { indexed, rest: isRest } },
    { rows: untold, condition: `${comparison.exact()} AND ${isRest}` },
  ];
}

/** Builds a statement for the branches; undefined if this strategy can't serve them. */
type Way = (branches: readonly Branch[], limit: string, offset: string) => string | undefined;

/** Rows shaped like those of `entity`, and the condition that makes them hits. */
interface Branch {
  readonly rows: string;
  readonly condition: string;
  readonly byIndex?: ByIndex;
}

/** What the index alone decides, and what requires reading the document. */
interface ByIndex {
  readonly indexed: string;
  readonly rest: string;
}

/** What is selected from the hits, and how the rows of the page are turned into the result. */
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
  /** The size of the page plus what follows it, if not all hits were counted. */
  readonly found?: number;
}

const EACH = '(SELECT count(*) AS hits FROM hits) AS found LEFT JOIN page ON true ORDER BY page.id';
const PAGES: { readonly [Kind in Wanted]: PageText } = {
  document: { columns: 'document', select: `page.document, found.hits FROM ${EACH}` },
  shown: { columns: WANTED_COLUMNS.shown, select: `page.shown, page.document, found.hits FROM ${EACH}` },
};
// Aggregates all texts to one value, because one row per text would double the time of the answer.
const TEXTS: PageText = {
  columns: 'shown',
  select: `string_agg(shown, ${sqlLiteral(TEXT_SEPARATOR)} ORDER BY id) AS texts, count(*) - count(shown) AS missing,
    (SELECT count(*) FROM hits) AS hits FROM page`,
};

function pageText(page: PageText, branches: readonly Branch[], limit: string, offset: string): string {
  const hits = branches.map(
    ({ rows, condition }) => `SELECT id, ${page.columns} FROM ${rows} WHERE tenant = $1 AND ${condition}`,
  );
  return `WITH hits AS MATERIALIZED (${hits.join(' UNION ALL ')} LIMIT ${MAX_HITS + 1}),
    page AS (SELECT * FROM hits ORDER BY id LIMIT ${limit}::bigint OFFSET ${offset}::bigint)
    SELECT ${page.select}`;
}

const ALL_TEXTS: Way = (...all) => pageText(TEXTS, ...all);

/**
 * Reads only the first texts: the hits of the index are sorted by id, and their documents are tested one by one until
 * the page is full. Undefined if the index decides everything, or if there is no index.
 *
 * Measured with 1,000 hits of 4 KB of which 20 match, with an index for one of two comparisons: a fifth of the time.
 */
function firstTexts([first, ...others]: readonly Branch[], limit: string, offset: string): string | undefined {
  if (first?.byIndex === undefined) return undefined;
  const { indexed, rest } = first.byIndex;
  const hits = others.map(({ rows, condition }) => `SELECT id, true FROM ${rows} WHERE tenant = $1 AND ${condition}`);
  return `WITH hits (id, is_known) AS MATERIALIZED (
      ${[`SELECT id, false FROM entity WHERE tenant = $1 AND ${indexed}`, ...hits].join(' UNION ALL ')} LIMIT ${MAX_HITS + 1}),
    page AS (
      SELECT entity.id, entity.shown FROM (SELECT * FROM hits ORDER BY id) AS hits
      CROSS JOIN LATERAL ${unpacked('id = hits.id')}
      WHERE hits.is_known OR (${rest}) ORDER BY hits.id LIMIT ${limit}::bigint + 1 OFFSET ${offset}::bigint)
    SELECT string_agg(shown, ${sqlLiteral(TEXT_SEPARATOR)} ORDER BY id) FILTER (WHERE place <= ${limit}::bigint) AS texts,
      count(*) - count(shown) AS missing, count(*) AS found, (SELECT count(*) FROM hits) AS hits
    FROM (SELECT id, shown, row_number() OVER (ORDER BY id) AS place FROM page) AS page`;
}
