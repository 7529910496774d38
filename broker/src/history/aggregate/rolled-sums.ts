import type { Caller } from '../../access/caller.ts';
import type { Queryable } from '../../database/database.ts';
import { SqlParameters } from '../../database/sql-parameters.ts';
import { restriction } from '../../entities/read/q-sql/access-filter.ts';
import type { AggregateMethod } from '../../model/temporal/temporal-aggregate.ts';
import { instanceCondition } from '../query/temporal-instances.ts';
import { seriesOf } from '../query/temporal-series.ts';
import { amended, BUCKET, list, SERIES, same } from '../rollups/history-corrections.ts';
import type { RollupState } from '../rollups/history-rollups.ts';
import type { Range, RollupPlan } from '../rollups/rollup-plan.ts';
import {
  type AggregatedSelection,
  OF_SERIES,
  type SeriesSums,
  type Slots,
  slotOf,
  sumColumns,
} from './temporal-aggregates.ts';

const WATERMARK = '(SELECT watermark FROM history_rollup)';
const sameSeries = (one: string, other: string) => same(['entity_id', 'attribute', 'dataset_id'], one, other);
const columnsOf = (row: string) => `${row}.entity_id, ${row}.attribute, ${row}.dataset_id`;
const sumsOf = (row: string) => `${row}.count, ${row}.sum, ${row}.sumsq, ${row}.min, ${row}.max`;
const singleOf = (row: string) =>
  `1::bigint, ${row}.number, ${row}.number * ${row}.number, ${row}.number, ${row}.number`;
const bucketOf = (row: string) => `${columnsOf(row)}, ${row}.start, ${row}.observed, ${sumsOf(row)}`;

/**
 * The sums of numbers by series and period, like `selectSums`, but read from the sums of days and hours where the plan
 * allows. Anything these don't contain yet is read from the history in the same snapshot, so the answer is always up to
 * date.
 *
 * @param tx with the snapshot in which the state was read
 */
export async function selectRolledSums(
  tx: Queryable,
  caller: Caller,
  ids: readonly string[],
  selection: AggregatedSelection,
  slots: Slots,
  plan: RollupPlan,
  state: RollupState,
  methods: readonly AggregateMethod[],
): Promise<SeriesSums[]> {
  const params = new SqlParameters([caller.tenant, ids]);
  const { rows } = await tx.query<SeriesSums>({
    text: statement(caller, selection, slots, plan, state, methods, params),
    values: params.values,
  });
  return rows;
}

/** Parts that are not needed (corrections, recent instances, removals) are left out. */
function statement(
  caller: Caller,
  selection: AggregatedSelection,
  slots: Slots,
  plan: RollupPlan,
  state: RollupState,
  methods: readonly AggregateMethod[],
  params: SqlParameters,
): string {
  const { watermark, last, instancesRemovedBefore, hoursRemovedBefore } = state;
  const isOf = rowCondition(selection, params);
  const isObserved = countsObserved(selection);
  const value = (row: string) => `${row}.number IS NOT NULL${isObserved ? ` AND ${row}.instance ? 'observedAt'` : ''}`;
  const sources = sumSources(state, sumCondition(selection, isOf));
  const lostInstances = before(plan.raw, instancesRemovedBefore);
  const lostHours = before([...plan.hours, ...plan.raw], hoursRemovedBefore);

  const ctes = [
    ...correctedSums(state),
    `day_ranges AS (${ranges(plan.days, params)})`,
    `hour_ranges AS (${ranges(plan.hours, params)})`,
    `raw_ranges AS (${ranges(plan.raw, params)})`,
    `summed_ranges AS (SELECT * FROM day_ranges UNION ALL SELECT * FROM hour_ranges)`,
  ];
  const parts = [daySums(sources)];
  // Folded initial instances are not contained in any sum.
  if (!selection.isUnfolded) {
    parts.push(`SELECT ${columnsOf('b')}, b.at, NULL, ${singleOf('b')}
     FROM birth_instance b JOIN (SELECT * FROM summed_ranges UNION ALL SELECT * FROM raw_ranges) AS r ON ${within('b.at')}
     WHERE ${value('b')} AND ${isOf('b')}`);
  }
  const gone: ((row: string, time: string, observed: string) => string)[] = [];
  if (lostHours.length > 0) {
    ctes.push(`lost_hours (since, until) AS (${ranges(lostHours, params)})`, lossy('day', 'lost_hours', sources));
    parts.push(`SELECT ${bucketOf('d')} FROM lossy_days d`);
    gone.push(isLossy('day'));
  }
  const isThere = (row: string, time: string, observed: string) =>
    gone.map((isGone) => `NOT ${isGone(row, time, observed)}`).join(' AND ') || 'true';
  parts.push(
    `SELECT ${bucketOf('h')} FROM (${sources('hour', 'hour_ranges')}) AS h WHERE ${isThere('h', 'h.start', 'h.observed')}`,
  );
  if (lostInstances.length > 0) {
    ctes.push(
      `lost_instances (since, until) AS (${ranges(lostInstances, params)})`,
      lossy('hour', 'lost_instances', sources),
    );
    parts.push(`SELECT ${bucketOf('h')} FROM lossy_hours h WHERE ${isThere('h', 'h.start', 'h.observed')}`);
    gone.push(isLossy('hour'));
  }
  if (last > watermark) {
    const pending = pendingInstances(watermark, [...plan.days, ...plan.hours], params);
    parts.push(
      `SELECT ${columnsOf('p')}, p.at, NULL, ${singleOf('p')} FROM ${pending} WHERE ${value('p')} AND ${isOf('p')}`,
    );
  }
  if (plan.raw.length > 0) {
    const isRead =
      gone.length === 0 ? '' : ` AND (h.n > ${WATERMARK} OR ${isThere('h', 'h.at', `(h.instance ? 'observedAt')`)})`;
    parts.push(`SELECT s.id, s.attribute, s.dataset_id, i.at, NULL, ${singleOf('i')}
     FROM series s CROSS JOIN raw_ranges r CROSS JOIN LATERAL (
       SELECT h.at, h.number FROM history h
       WHERE ${OF_SERIES} AND ${within('h.at')} AND h.number IS NOT NULL AND ${instanceCondition(selection, params)}${isRead}) AS i
     WHERE s.dataset_id IS NOT NULL`);
  }

  const { period, slot } = slotOf(slots, params);
  return `${seriesOf(caller, selection, params)},
    ${ctes.join(',\n    ')},
    i AS (
      ${parts.join('\n      UNION ALL\n      ')})
    SELECT id, attribute, dataset_id, ${sumColumns(methods)} FROM (
      SELECT entity_id AS id, attribute, dataset_id, ${slot(period)} AS slot, sum(count)::bigint AS count, sum(sum) AS sum,
        sum(sumsq) AS sumsq, min(min) AS min, max(max) AS max
      FROM i GROUP BY 1, 2, 3, ${period}) AS p
    GROUP BY 1, 2, 3`;
}

type Unit = 'day' | 'hour';
/** Returns the statement that reads the sums of a unit whose start is within ranges. */
type SumSources = (unit: Unit, ranges: string) => string;

/** The columns are named in the query, because Citus ignores the column list after the name of a CTE. */
function daySums(sources: SumSources): string {
  return `SELECT ${columnsOf('d')}, d.start AS time, d.observed, ${sumsOf('d')} FROM (${sources('day', 'day_ranges')}) AS d`;
}

/** The sums of days and hours with pending corrections applied. */
function sumSources({ corrections }: RollupState, isOf: (row: string) => string): SumSources {
  return (unit, ranges) => {
    const from = (table: string) =>
      `SELECT ${bucketOf('b')} FROM ${ranges} r JOIN ${table} b ON ${within('b.start')} AND ${isOf('b')}`;
    if (corrections === 0) return from(`history_${unit}`);
    return `${from(`history_${unit}`)} WHERE NOT EXISTS (SELECT FROM amended_${unit}s a WHERE ${same(BUCKET, 'a', 'b')})
      UNION ALL
      ${from(`amended_${unit}s`)} WHERE b.is_kept AND b.count > 0`;
  };
}

/** The CTEs of corrected sums, if there are corrections. */
function correctedSums({ corrections }: RollupState): string[] {
  if (corrections === 0) return [];
  const taken = `taken AS MATERIALIZED (
    SELECT ${list(SERIES, 'c')}, date_trunc('hour', c.at, 'UTC') AS start, c.observed, c.number, c.sign FROM history_correction c
    WHERE c.tenant = $1 AND c.entity_id = ANY ($2::text[]) AND c.n <= ${WATERMARK})`;
  return [taken, amended(WATERMARK, '$1')];
}

/*
 * The hours or days in these ranges of which retention has removed a part: hours that count more instances than remain,
 * days that count more than their remaining hours. Such a unit is counted as a whole in the period where it starts,
 * even if it ends in the next one. What remains of it, or arrived later, is included.
 */
function lossy(unit: Unit, ranges: string, sources: SumSources): string {
  const left =
    unit === 'hour'
      ? `SELECT count(*) FROM history x WHERE x.tenant = $1 AND ${sameSeries('x', 'b')} AND x.at >= b.start
          AND x.at < b.start + interval '1 hour' AND x.number IS NOT NULL AND x.n <= ${WATERMARK}
          AND (x.instance ? 'observedAt') = b.observed`
      : `SELECT coalesce(sum(x.count), 0)
          FROM (SELECT b.start AS since, b.start + interval '1 day' AS until) AS day
          CROSS JOIN LATERAL (${sources('hour', '(SELECT day.since, day.until)')}) AS x
          WHERE ${sameSeries('x', 'b')} AND x.observed = b.observed`;
  return `lossy_${unit}s AS MATERIALIZED (SELECT b.* FROM (${sources(unit, ranges)}) AS b WHERE b.count > (${left}))`;
}

/** The condition that a row with a time lies in such an hour or day. */
function isLossy(unit: Unit): (row: string, time: string, observed: string) => string {
  return (row, time, observed) => `EXISTS (SELECT FROM lossy_${unit}s l
    WHERE ${sameSeries('l', row)} AND l.start = date_trunc('${unit}', ${time}, 'UTC') AND l.observed = ${observed})`;
}

/** The part of ranges before a time, if given. */
function before(list: readonly Range[], time: Date | null): Range[] {
  if (time === null) return [];
  const end = time.getTime();
  return list.filter(([from]) => from < end).map(([from, to]) => [from, Math.min(to, end)]);
}

function within(time: string): string {
  return `${time} >= r.since AND ${time} < r.until`;
}

/** The instances that are not in the sums yet, as `p`, within the ranges `summed` (CTE `summed_ranges`). */
function pendingInstances(watermark: number, summed: readonly Range[], params: SqlParameters): string {
  const isIn = `tenant = $1 AND entity_id = ANY ($2::text[])${inside(summed, params)}`;
  const found = `SELECT * FROM history_pending(${params.add(watermark)}::bigint) WHERE ${isIn}`;
  return summed.length > 1 ? `(${found} OFFSET 0) AS p JOIN summed_ranges r ON ${within('p.at')}` : `(${found}) AS p`;
}

/** A condition with constants, in addition to `within`: PostgreSQL excludes other partitions before planning, which saves most of the time. */
function inside(list: readonly Range[], params: SqlParameters): string {
  let [since, until] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const [from, to] of list) [since, until] = [Math.min(since, from), Math.max(until, to)];
  if (since > until) return ' AND false';
  const time = (at: number) => `${params.add(new Date(at).toISOString())}::timestamptz`;
  return ` AND at >= ${time(since)} AND at < ${time(until)}`;
}

function ranges(list: readonly Range[], params: SqlParameters): string {
  const times = (end: 0 | 1) => list.map((range) => new Date(range[end]).toISOString());
  return `SELECT * FROM unnest(${params.add(times(0))}::timestamptz[], ${params.add(times(1))}::timestamptz[]) AS r(since, until)`;
}

/** Whether the caller may see every attribute of every entity: sums can't be restricted by access rights. */
export function maySeeAllSums(caller: Caller): boolean {
  return restriction(caller) === undefined;
}

/** The condition that a row belongs to a requested series. */
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

/** Whether the query excludes numbers without observedAt. */
function countsObserved({ temporalQ }: AggregatedSelection): boolean {
  return temporalQ.timeproperty === 'observedAt';
}

/** The condition for rows of sums. */
function sumCondition(selection: AggregatedSelection, isOf: (row: string) => string): (row: string) => string {
  return countsObserved(selection) ? (row) => `${isOf(row)} AND ${row}.observed` : isOf;
}

/** The time range for which entities have sums; milliseconds since 1970. */
interface RolledBounds {
  readonly id: string;
  readonly firstHour: number | null;
  readonly lastHour: number | null;
  readonly firstDay: number | null;
  readonly lastDay: number | null;
}

export async function selectRolledBounds(
  tx: Queryable,
  caller: Caller,
  ids: readonly string[],
  selection: AggregatedSelection,
  window: Range,
  state: RollupState,
): Promise<RolledBounds[]> {
  const params = new SqlParameters([caller.tenant, ids]);
  const sources = sumSources(state, sumCondition(selection, rowCondition(selection, params)));
  const [from, to] = window.map((time) =>
    params.add(Number.isFinite(time) ? new Date(time).toISOString() : `${time > 0 ? '' : '-'}infinity`),
  );
  const ctes = [
    ...correctedSums(state),
    `asked AS (SELECT ${from}::timestamptz AS since, ${to}::timestamptz AS until)`,
  ];
  const times = (unit: Unit) => `(SELECT b.entity_id, extract(epoch FROM min(b.start))::float8 * 1000 AS first,
      extract(epoch FROM max(b.start))::float8 * 1000 AS last
    FROM (${sources(unit, 'asked')}) AS b GROUP BY 1)`;
  const { rows } = await tx.query<RolledBounds>({
    text: `WITH ${ctes.join(',\n    ')}
      SELECT entity_id AS id, h.first AS "firstHour", h.last AS "lastHour", d.first AS "firstDay", d.last AS "lastDay"
      FROM ${times('hour')} AS h FULL JOIN ${times('day')} AS d USING (entity_id)`,
    values: params.values,
  });
  return rows;
}
