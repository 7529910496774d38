import type { Range, RollupPlan } from '../query/rollup-plan.ts';
import type { Queryable } from './database.ts';
import type { RollupState } from './history-rollups.ts';
import { SqlParameters } from './sql-parameters.ts';
import { type AggregatedSelection, OF_SERIES, type PeriodSums, type Slots, slotOf } from './temporal-aggregates.ts';
import { instanceCondition, seriesOf } from './temporal-entities.ts';
import { historyVisible, knownVisible } from './visible-rows.ts';

const COLUMNS = 'entity_id, attribute, dataset_id';
const sameSeries = (one: string, other: string) =>
  `${one}.entity_id = ${other}.entity_id AND ${one}.attribute = ${other}.attribute AND ${one}.dataset_id = ${other}.dataset_id`;
const columnsOf = (row: string) => `${row}.entity_id, ${row}.attribute, ${row}.dataset_id`;
const sumsOf = (row: string) => `${row}.count, ${row}.sum, ${row}.sumsq, ${row}.min, ${row}.max`;
const singleOf = (row: string) =>
  `1::bigint, ${row}.number, ${row}.number * ${row}.number, ${row}.number, ${row}.number`;

/**
 * The sums of numbers by series and period, as `selectSums` has them, read from the sums of days and hours where the plan
 * says so. What these don't know yet is read from the history in the same moment: the answer is never behind.
 */
export async function selectRolledSums(
  db: Queryable,
  tenant: string,
  ids: readonly string[],
  selection: AggregatedSelection,
  slots: Slots,
  plan: RollupPlan,
  state: RollupState,
): Promise<PeriodSums[]> {
  const params = new SqlParameters([tenant, ids]);
  const { rows } = await db.query<PeriodSums>({
    text: statement(selection, slots, plan, state, params),
    values: params.values,
  });
  return rows;
}

function statement(
  selection: AggregatedSelection,
  slots: Slots,
  plan: RollupPlan,
  { watermark, last, corrections, rawRemoved }: RollupState,
  params: SqlParameters,
): string {
  const isOf = rowCondition(selection, params);
  const isObserved = selection.temporalQ.timeproperty === 'observedAt';
  const bucket = (row: string) => `${isOf(row)}${isObserved ? ` AND ${row}.observed` : ''}`;
  const value = (row: string) => `${row}.number IS NOT NULL${isObserved ? ` AND ${row}.instance ? 'observedAt'` : ''}`;
  const isCorrected = (row: string, time: string, unit: string) => `EXISTS (SELECT FROM corrected c
      WHERE ${sameSeries('c', row)} AND date_trunc('${unit}', c.start, 'UTC') = ${time})`;
  // What was there when the state was read is told of; without corrections or news their parts need not be planned.
  const hasCorrections = corrections > 0;
  const isAsItWas = (row: string, time: string, unit: string) =>
    hasCorrections ? `NOT ${isCorrected(row, time, unit)}` : 'true';

  const parts = [
    `SELECT ${columnsOf('d')}, d.start, ${sumsOf('d')} FROM days r JOIN history_day d ON ${within('d.start')} AND ${bucket('d')}
     WHERE ${isAsItWas('d', 'd.start', 'day')}`,
    `SELECT ${columnsOf('h')}, h.start, ${sumsOf('h')} FROM hours r JOIN history_hour h ON ${within('h.start')} AND ${bucket('h')}
     WHERE ${isAsItWas('h', 'h.start', 'hour')}`,
  ];
  if (hasCorrections) {
    parts.push(
      // The other hours of a day in which one was corrected.
      `SELECT ${columnsOf('h')}, h.start, ${sumsOf('h')}
     FROM (SELECT DISTINCT ${COLUMNS}, date_trunc('day', start, 'UTC') AS day FROM corrected) AS k
     JOIN days r ON ${within('k.day')}
     JOIN history_hour h ON ${bucket('h')} AND ${sameSeries('h', 'k')} AND h.start >= k.day AND h.start < k.day + interval '1 day'
     WHERE NOT ${isCorrected('h', 'h.start', 'hour')}`,
      `SELECT ${columnsOf('h')}, h.at, ${singleOf('h')} FROM corrected k JOIN summed r ON ${within('k.start')}
     JOIN history h ON h.tenant = $1 AND ${sameSeries('h', 'k')} AND h.at >= k.start AND h.at < k.start + interval '1 hour'
     WHERE ${value('h')} AND ${isOf('h')}`,
    );
  }
  if (last > watermark) {
    parts.push(
      `SELECT ${columnsOf('p')}, p.at, ${singleOf('p')}
     FROM (SELECT * FROM history_pending((SELECT watermark FROM history_rollup))
       WHERE tenant = $1 AND entity_id = ANY ($2::text[]) OFFSET 0) AS p
     JOIN summed r ON ${within('p.at')}
     WHERE ${value('p')} AND ${isOf('p')} AND ${isAsItWas('p', `date_trunc('hour', p.at, 'UTC')`, 'hour')}`,
    );
  }
  if (plan.raw.length > 0) {
    parts.push(`SELECT s.id, s.attribute, s.dataset_id, i.at, ${singleOf('i')} FROM series s CROSS JOIN raw r CROSS JOIN LATERAL (
       SELECT h.at, h.number FROM history h
       WHERE ${OF_SERIES} AND ${within('h.at')} AND h.number IS NOT NULL AND ${instanceCondition(selection, params)}) AS i
     WHERE s.dataset_id IS NOT NULL`);
  }
  if (rawRemoved) parts.push(...whereNothingElseIsLeft(bucket));

  return `${seriesOf(selection, params)},
    days AS (${ranges(plan.days, params)}),
    hours AS (${ranges(plan.hours, params)}),
    raw AS (${ranges(plan.raw, params)}),
    summed AS (SELECT * FROM days UNION ALL SELECT * FROM hours),
    corrected AS MATERIALIZED (
      SELECT DISTINCT ${COLUMNS}, date_trunc('hour', at, 'UTC') AS start FROM history_correction
      WHERE tenant = $1 AND entity_id = ANY ($2::text[])),
    i (entity_id, attribute, dataset_id, time, count, sum, sumsq, min, max) AS (
      ${parts.join('\n      UNION ALL\n      ')})
    SELECT entity_id AS id, attribute, dataset_id, ${slotOf(slots, params)} AS slot, sum(count)::bigint AS count, sum(sum) AS sum,
      sum(sumsq) AS sumsq, min(min) AS min, max(max) AS max, NULL AS different
    FROM i GROUP BY 1, 2, 3, 4`;
}

/*
 * Retention has removed what the plan would read: an hour then counts where it starts, although its end may lie in the next
 * period, and so does a day.
 */
function whereNothingElseIsLeft(bucket: (row: string) => string): string[] {
  const noNumber = (row: string, time: string) => `NOT EXISTS (SELECT FROM history x WHERE x.tenant = $1
      AND ${sameSeries('x', row)} AND x.at >= ${row}.start AND x.at < ${row}.start + interval '${time}' AND x.number IS NOT NULL)`;
  return [
    `SELECT ${columnsOf('h')}, h.start, ${sumsOf('h')} FROM raw r JOIN history_hour h ON ${within('h.start')} AND ${bucket('h')}
     WHERE ${noNumber('h', '1 hour')}`,
    `SELECT ${columnsOf('d')}, d.start, ${sumsOf('d')}
     FROM (SELECT * FROM hours UNION ALL SELECT * FROM raw) AS r JOIN history_day d ON ${within('d.start')} AND ${bucket('d')}
     WHERE NOT EXISTS (SELECT FROM history_hour x WHERE x.tenant = $1 AND ${sameSeries('x', 'd')}
       AND x.start >= d.start AND x.start < d.start + interval '1 day') AND ${noNumber('d', '1 day')}`,
  ];
}

function within(time: string): string {
  return `${time} >= r.since AND ${time} < r.until`;
}

function ranges(list: readonly Range[], params: SqlParameters): string {
  const times = (end: 0 | 1) => list.map((range) => new Date(range[end]).toISOString());
  return `SELECT * FROM unnest(${params.add(times(0))}::timestamptz[], ${params.add(times(1))}::timestamptz[]) AS r(since, until)`;
}

/** Whether who asks may see every attribute of every entity: sums are not told apart by what others may see. */
export function seesAllSums(): boolean {
  const params = new SqlParameters();
  return historyVisible(params, 'h.attribute') === '' && knownVisible(params) === '';
}

/** The condition that a row is of the series asked for. */
function rowCondition(
  { attributes, omitted, datasetIds }: AggregatedSelection,
  params: SqlParameters,
): (row: string) => string {
  const attribute = attributes && params.add(attributes);
  const without = omitted && params.add(omitted);
  const datasets = datasetIds && params.add(datasetIds);
  return (row) =>
    [
      `${row}.tenant = $1 AND ${row}.entity_id = ANY ($2::text[])`,
      ...(attribute ? [`${row}.attribute = ANY (${attribute}::text[])`] : []),
      ...(without ? [`${row}.attribute <> ALL (${without}::text[])`] : []),
      ...(datasets ? [`${row}.dataset_id = ANY (${datasets}::text[])`] : []),
    ].join(' AND ');
}

/** From when until when the sums of entities know of numbers; milliseconds since 1970. */
export interface RolledBounds {
  readonly id: string;
  readonly firstHour: number | null;
  readonly lastHour: number | null;
  readonly firstDay: number | null;
  readonly lastDay: number | null;
}

export async function selectRolledBounds(
  db: Queryable,
  tenant: string,
  ids: readonly string[],
  selection: AggregatedSelection,
  [since, until]: Range,
): Promise<RolledBounds[]> {
  const params = new SqlParameters([tenant, ids]);
  const isOf = rowCondition(selection, params);
  const [from, to] = [since, until].map((time) =>
    params.add(Number.isFinite(time) ? new Date(time).toISOString() : `${time > 0 ? '' : '-'}infinity`),
  );
  const times = (table: string) => `(SELECT h.entity_id, extract(epoch FROM min(h.start))::float8 * 1000 AS first,
      extract(epoch FROM max(h.start))::float8 * 1000 AS last
    FROM ${table} h WHERE ${isOf('h')} AND h.start >= ${from}::timestamptz AND h.start < ${to}::timestamptz GROUP BY 1)`;
  const { rows } = await db.query<RolledBounds>({
    text: `SELECT entity_id AS id, h.first AS "firstHour", h.last AS "lastHour", d.first AS "firstDay", d.last AS "lastDay"
      FROM ${times('history_hour')} AS h FULL JOIN ${times('history_day')} AS d USING (entity_id)`,
    values: params.values,
  });
  return rows;
}
