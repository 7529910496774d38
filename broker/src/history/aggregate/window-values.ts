import type { Caller } from '../../access/caller.ts';
import type { Queryable } from '../../database/database.ts';
import { PlannedStatements } from '../../database/planned-statements.ts';
import { SqlParameters } from '../../database/sql-parameters.ts';
import type { AttributeKind } from '../../model/entity.ts';
import type { AggregateMethod } from '../../model/temporal/temporal-aggregate.ts';
import { namedOf } from '../query/temporal-series.ts';
import { IS_DELETED, relationCondition, windowCondition } from '../query/temporal-sql.ts';
import { maySeeAllSums } from './rolled-sums.ts';
import {
  type AggregatedSelection,
  type OtherValue,
  type SeriesSums,
  type Slots,
  slotOf,
  sumColumns,
} from './temporal-aggregates.ts';

/** Sums of numbers, and all other values. */
export interface WindowValues {
  readonly sums: readonly SeriesSums[];
  readonly others: readonly OtherValue[];
}

type Row = SeriesSums & {
  /** A JSON array of {@link Other}; null: all values are numbers. */
  readonly others: string | null;
};

type Other = [slot: number, kind: AttributeKind, value: unknown, times: number];

/** A shorter window has few instances, probably fewer than have arrived since the sums were computed. */
const LONG_MS = 6 * 60 * 60 * 1000;
/** With more recent instances than this, they are not checked one by one. */
const MAX_PENDING = 20_000;

const statements = new PlannedStatements();

/**
 * Whether {@link selectWindowValues} can be used: selection by observedAt, without other restrictions, and full access
 * rights.
 */
export function isPlainWindow(caller: Caller, { temporalQ, scopeQ }: AggregatedSelection): boolean {
  return (
    temporalQ.timeproperty === 'observedAt' &&
    temporalQ.lastN === undefined &&
    scopeQ === undefined &&
    maySeeAllSums(caller)
  );
}

/**
 * The values in an observedAt window by series and period: one statement with a single plan for all values, which walks
 * for each attribute along the index of times, datasets and numbers.
 *
 * This index does not show which numbers have an observedAt. The sums of days do, up to their watermark, and newer
 * instances are checked one by one; if there are too many, every instance is read.
 */
export async function selectWindowValues(
  db: Queryable,
  caller: Caller,
  ids: readonly string[],
  selection: AggregatedSelection,
  slots: Slots,
  methods: readonly AggregateMethod[],
): Promise<WindowValues> {
  const params = new SqlParameters([caller.tenant, ids]);
  const text = statement(selection, slots, methods, params);
  const { rows } = await db.query<Row>(statements.statement(text, params.values));
  const others = rows.flatMap(({ others, id, attribute, dataset_id }) =>
    ((others === null ? [] : JSON.parse(others)) as Other[]).map(
      ([slot, kind, value, times]): OtherValue => ({ id, attribute, dataset_id, slot, kind, value, times }),
    ),
  );
  return { sums: rows.filter(({ slots }) => slots !== null), others };
}

function statement(
  selection: AggregatedSelection,
  slots: Slots,
  methods: readonly AggregateMethod[],
  params: SqlParameters,
): string {
  const { temporalQ, datasetIds } = selection;
  const { period, slot } = slotOf(slots, params);
  const named = namedOf(selection, params);
  const isIn = relationCondition(temporalQ, params);
  const isOf = `h.tenant = $1 AND h.entity_id = s.id AND h.attribute = s.attribute${
    datasetIds === undefined ? '' : ` AND h.dataset_id = ANY(${params.add(datasetIds)}::text[])`
  }`;
  const isObserved = ` AND (h.number IS NULL OR h.instance ? 'observedAt')`;
  // Grouped by period first: inside an aggregate, DISTINCT would sort all instances.
  const distinct = methods.includes('distinctCount')
    ? ', (SELECT count(DISTINCT u.number) FROM unnest(array_agg(i.number)) AS u(number)) AS distinct_number'
    : '';
  // Attribute by attribute, because with a join each instance would pass through more plan nodes than reading it costs.
  // By period first, because instances arrive in time order, so that sorting moves few of them. Values that are not
  // numbers are only counted.
  const summed = (instances: string, which: string) => `
      SELECT s.n, p.* FROM s CROSS JOIN LATERAL (
        SELECT i.dataset_id, ${slot('i.period')} AS slot, count(i.number) AS count, count(*) - count(i.number) AS others,
          sum(i.number) AS sum, sum(i.number * i.number) AS sumsq, min(i.number) AS min, max(i.number) AS max${distinct}
        FROM (SELECT i.dataset_id, i.number, ${period} AS period FROM (${instances}) AS i) AS i
        GROUP BY i.period, i.dataset_id) AS p
      WHERE ${which}`;
  const read = `SELECT h.at AS time, h.dataset_id, h.number FROM history h WHERE ${isOf} AND ${isIn}`;
  const initialInstances = 'SELECT b.time, b.dataset_id, b.number FROM initial b WHERE b.n = s.n';
  const areKnown = '(SELECT are_observed FROM known)';
  const hasInitial = 'EXISTS (SELECT FROM initial b WHERE b.n = s.n)';
  // Reads either the index alone or each instance. Folded initial instances are added only if there are any.
  const parts = [
    summed(read, `${areKnown} AND NOT ${hasInitial}`),
    summed(`${read} UNION ALL ${initialInstances}`, `${areKnown} AND ${hasInitial}`),
    summed(`${read}${isObserved} UNION ALL ${initialInstances}`, `NOT ${areKnown}`),
  ];
  return `WITH RECURSIVE ${named.cte},
    s AS MATERIALIZED (SELECT row_number() OVER () AS n, id, attribute FROM named WHERE ${named.wanted}),
    known AS MATERIALIZED (${areObserved(selection, params)}),
    initial AS MATERIALIZED (
      SELECT s.n, h.at AS time, h.dataset_id, h.number FROM birth_instance h JOIN s ON ${isOf}
      WHERE h.entity_id = ANY($2::text[]) AND ${isIn}${isObserved}),
    p AS (${parts.join(' UNION ALL')}),
    n AS (
      SELECT p.n, p.dataset_id, bool_or(p.others > 0) AS has_others, ${sumColumns(methods, 'FILTER (WHERE p.count > 0)')}
      FROM p GROUP BY p.n, p.dataset_id)
    SELECT s.id, s.attribute, n.*, o.others
    FROM n JOIN s USING (n) LEFT JOIN LATERAL (
      SELECT json_agg(json_build_array(v.slot, v.kind, v.value, v.times) ORDER BY v.first) AS others
      FROM (
        SELECT ${slot('i.period')} AS slot, i.kind, i.value, count(*) AS times, min(i.time) AS first
        FROM (
          SELECT i.*, ${period} AS period
          FROM (SELECT h.at AS time, h.instance ->> 'type' AS kind, h.instance -> 'value' AS value FROM evolution h
            WHERE n.has_others AND ${isOf} AND h.dataset_id = n.dataset_id AND h.number IS NULL
              AND NOT ${IS_DELETED} AND ${windowCondition(temporalQ, params)}) AS i) AS i
        GROUP BY i.period, i.kind, i.value) AS v) AS o ON true
    WHERE n.slots IS NOT NULL OR o.others IS NOT NULL`;
}

/** The last number. On a cluster numbers are times in microseconds, and there may always be later ones than in the sums. */
const LAST = 'CASE WHEN r.watermark < 1000000000000000 THEN n.last_value ELSE r.watermark + 1 END';

/** Determines whether all numbers of the entities in the window are known to have an observedAt. */
function areObserved({ temporalQ: { relation } }: AggregatedSelection, params: SqlParameters): string {
  const timeOf = (time: string | undefined) => time && `${params.add(time)}::timestamptz`;
  const from = timeOf(relation?.timerel === 'before' ? undefined : relation?.timeAt);
  const to = timeOf(relation?.timerel === 'before' ? relation.timeAt : relation?.endTimeAt);
  const isOf = (row: string) => `${row}.tenant = $1 AND ${row}.entity_id = ANY($2::text[])`;
  const isIn = [
    ...(from ? [` AND b.start >= date_trunc('day', ${from}, 'UTC')`] : []),
    ...(to ? [` AND b.start < ${to}`] : []),
  ].join('');
  const pending = isLong(relation)
    ? `${LAST} - r.watermark < ${MAX_PENDING}
      AND NOT EXISTS (SELECT FROM history_pending(r.watermark) AS p WHERE ${isOf('p')} AND NOT p.instance ? 'observedAt')`
    : 'false';
  return `
    SELECT (r.hours_removed_before IS NULL${from ? ` OR r.hours_removed_before <= ${from}` : ''})
      AND NOT EXISTS (SELECT FROM history_correction c WHERE ${isOf('c')})
      AND NOT EXISTS (SELECT FROM history_day b WHERE ${isOf('b')} AND NOT b.observed${isIn})
      AND CASE WHEN ${LAST} <= r.watermark THEN true ELSE ${pending} END AS are_observed
    FROM history_rollup r CROSS JOIN history_n n`;
}

function isLong(relation: AggregatedSelection['temporalQ']['relation']): boolean {
  if (relation === undefined || relation.timerel === 'before') return true;
  const { timeAt, endTimeAt } = relation;
  return (endTimeAt === undefined ? Date.now() : Date.parse(endTimeAt)) - Date.parse(timeAt) > LONG_MS;
}
