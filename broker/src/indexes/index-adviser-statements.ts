import { createHash } from 'node:crypto';
import type { Queryable } from '../database/database.ts';
import { arrayLiteral } from '../database/text-values.ts';
import { DAYS_REMEMBERED } from './index-adviser-observations.ts';
import { indexedValue, sqlLiteral } from './indexed-value.ts';

/** An attribute of a type, both IRIs. */
export interface AttributeOfType {
  readonly type: string;
  readonly attribute: string;
}

/** The name of the index. It is the same in every database. */
export function indexName({ type, attribute }: AttributeOfType): string {
  const digest = createHash('sha256').update(`${type}\0${attribute}`).digest('hex').slice(0, 16);
  return `attribute_${digest}`;
}

/**
 * The statements that create an index and its companions, in the form in which q-condition.ts compares: an index of
 * values, an index of the few entities whose value is not enough to decide, and extended statistics. Without statistics
 * the planner assumes that these are a third of all entities; partial indexes provide none.
 */
export function createStatements({ type, attribute }: AttributeOfType, concurrently: boolean): string[] {
  const name = indexName({ type, attribute });
  const at = (...steps: string[]) =>
    `(document #> ${sqlLiteral(arrayLiteral(['attributes', attribute, ...steps]))}::text[])`;
  const create = `CREATE INDEX ${concurrently ? 'CONCURRENTLY ' : ''}`;
  const ofType = `types[1] = ${sqlLiteral(type)}`;
  const { whole, value, isPlain, isOther } = indexedValue(at);
  return [
    `${create}${name}_value ON entity (tenant, ${value}) WHERE ${ofType} AND ${isPlain}`,
    `${create}${name}_rest ON entity (tenant, id) WHERE ${ofType} AND ${isOther}`,
    ...[value, `(jsonb_typeof(${whole}))`, at('1'), at('0', 'expiresAt')].map(
      (expression, n) => `CREATE STATISTICS ${name}_${n} ON ${expression} FROM entity`,
    ),
  ];
}

export function dropStatements(name: string, concurrently: boolean): string[] {
  const drop = `DROP INDEX ${concurrently ? 'CONCURRENTLY ' : ''}IF EXISTS`;
  const statistics = [0, 1, 2, 3].map((n) => `${name}_${n}`);
  return [`${drop} ${name}_value`, `${drop} ${name}_rest`, `DROP STATISTICS IF EXISTS ${statistics.join(', ')}`];
}

/** Only one process at a time creates or drops indexes. */
export const LOCK = `SELECT pg_advisory_xact_lock(hashtextextended('alzette.index-adviser', 0))`;
export const TRY_LOCK = `SELECT pg_try_advisory_xact_lock(hashtextextended('alzette.index-adviser', 0)) AS locked`;

const RECORD = `INSERT INTO attribute_index (name, type, attribute, made_by) VALUES ($1, $2, $3, $4)`;
const REMOVE = `DELETE FROM attribute_index WHERE name = $1 RETURNING type, attribute`;
const DECLINE = `INSERT INTO declined_index (type, attribute) VALUES ($1, $2) ON CONFLICT DO NOTHING`;
const ACCEPT = `DELETE FROM declined_index WHERE type = $1 AND attribute = $2`;

export type Maker = 'adviser' | 'operator';

export async function recordIndex(db: Queryable, of: AttributeOfType, madeBy: Maker): Promise<void> {
  await db.query({ text: RECORD, values: [indexName(of), of.type, of.attribute, madeBy] });
  if (madeBy === 'operator') await db.query({ text: ACCEPT, values: [of.type, of.attribute] });
}

/** Deletes the record of an index and remembers that an operator does not want it. False if there is no such index. */
export async function declineIndex(db: Queryable, name: string): Promise<boolean> {
  const { rows } = await db.query<{ type: string; attribute: string }>({ text: REMOVE, values: [name] });
  const [removed] = rows;
  if (removed === undefined) return false;
  await db.query({ text: DECLINE, values: [removed.type, removed.attribute] });
  return true;
}

const FORGET_UNASKED = `
  DELETE FROM attribute_index WHERE name = (
    SELECT i.name FROM attribute_index i
    WHERE i.made_by = 'adviser' AND i.made_at < current_date - ${DAYS_REMEMBERED}
      AND NOT EXISTS (SELECT FROM observed_query q WHERE q.type = i.type AND q.attribute = i.attribute)
    ORDER BY i.made_at, i.name LIMIT 1)
  RETURNING name`;

/**
 * Deletes the record of an index that the adviser created and no query has used since. Returns its name. The adviser
 * may create it again.
 */
export async function forgetUnasked(db: Queryable): Promise<string | undefined> {
  const { rows } = await db.query<{ name: string }>({ text: FORGET_UNASKED });
  return rows[0]?.name;
}

const SELECT_INDEXES = `
  SELECT i.name, i.type, i.attribute, i.made_by, i.made_at,
    coalesce(sum(pg_relation_size(s.indexrelid)), 0)::bigint AS bytes, coalesce(sum(s.idx_scan), 0)::bigint AS scans
  FROM attribute_index i
  LEFT JOIN pg_stat_user_indexes s ON s.relid = 'entity'::regclass
    AND s.indexrelname IN (i.name || '_value', i.name || '_rest')
  GROUP BY i.name, i.type, i.attribute, i.made_by, i.made_at
  ORDER BY i.made_at, i.name`;

export interface MadeIndex extends AttributeOfType {
  readonly name: string;
  readonly madeBy: Maker;
  readonly madeAt: Date;
  readonly bytes: number;
  /** How often a query used the index. */
  readonly scans: number;
}

export async function selectIndexes(db: Queryable): Promise<MadeIndex[]> {
  type Row = Omit<MadeIndex, 'madeBy' | 'madeAt'> & { made_by: Maker; made_at: Date };
  const { rows } = await db.query<Row>({ text: SELECT_INDEXES });
  return rows.map(({ made_by, made_at, ...row }) => ({ ...row, madeBy: made_by, madeAt: made_at }));
}

const SELECT_OBSERVED = `
  SELECT type, attribute, operator, sum(queries)::bigint AS queries, sum(total_ms) / sum(queries) AS mean
  FROM observed_query WHERE day >= current_date - 1
  GROUP BY type, attribute, operator ORDER BY sum(total_ms) DESC LIMIT 100`;

/** The totals of yesterday and today. */
export interface ObservedComparison extends AttributeOfType {
  readonly operator: string;
  readonly queries: number;
  readonly meanMs: number;
}

export async function selectObserved(db: Queryable): Promise<ObservedComparison[]> {
  type Row = Omit<ObservedComparison, 'meanMs'> & { mean: number };
  const { rows } = await db.query<Row>({ text: SELECT_OBSERVED });
  return rows.map(({ mean, ...row }) => ({ ...row, meanMs: mean }));
}

const SELECT_DEMAND = `
  WITH counts AS MATERIALIZED (SELECT types[1] AS type, sum(entities)::bigint AS entities FROM entity_count GROUP BY types[1])
  SELECT q.type, q.attribute, q.queries, q.mean, coalesce(w.writes, 0) AS writes, coalesce(c.entities, 0) AS entities,
    EXISTS (SELECT FROM attribute_index i WHERE i.type = q.type AND i.attribute = q.attribute) AS made,
    EXISTS (SELECT FROM declined_index d WHERE d.type = q.type AND d.attribute = q.attribute) AS declined
  FROM (SELECT type, attribute, sum(queries)::bigint AS queries, sum(total_ms) / sum(queries) AS mean
    FROM observed_query WHERE day >= current_date - 1 GROUP BY type, attribute ORDER BY sum(total_ms) DESC LIMIT 100) AS q
  LEFT JOIN LATERAL (SELECT sum(writes)::bigint AS writes FROM observed_write w
    WHERE w.type = q.type AND w.day >= current_date - 1) AS w ON true
  LEFT JOIN counts c ON c.type = q.type
  ORDER BY q.queries * q.mean DESC`;

/** How often an attribute of a type was queried yesterday and today, in all tenants. */
export interface Demand extends AttributeOfType {
  readonly queries: number;
  readonly meanMs: number;
  /** Updates of entities of the type. Creates are left out: an index adds little to their cost. */
  readonly writes: number;
  readonly entities: number;
  readonly made: boolean;
  readonly declined: boolean;
}

export async function selectDemand(db: Queryable): Promise<Demand[]> {
  const { rows } = await db.query<Omit<Demand, 'meanMs'> & { mean: number }>({ text: SELECT_DEMAND });
  return rows.map(({ mean, ...row }) => ({ ...row, meanMs: mean }));
}
