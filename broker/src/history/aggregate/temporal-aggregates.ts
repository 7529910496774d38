import type { Caller } from '../../access/caller.ts';
import type { Queryable } from '../../database/database.ts';
import { SqlParameters } from '../../database/sql-parameters.ts';
import type { AttributeKind } from '../../model/entity.ts';
import type { AggregateMethod } from '../../model/temporal/temporal-aggregate.ts';
import type { InstanceSelection } from '../query/instance-selection.ts';
import { instanceCondition } from '../query/temporal-instances.ts';
import { relationOf, seriesOf } from '../query/temporal-series.ts';
import { IS_DELETED, inMilliseconds, timeOf } from '../query/temporal-sql.ts';

/** The instances to aggregate. */
export type AggregatedSelection = Omit<InstanceSelection, 'most'>;

/** One dataset of an attribute of an entity. */
export interface SeriesKey {
  readonly id: string;
  readonly attribute: string;
  /** '' is the default instance. */
  readonly dataset_id: string;
}

/** The time range in which an entity has instances; milliseconds since 1970. */
export interface TimeBounds {
  readonly id: string;
  readonly first: number;
  readonly last: number;
}

/** The first and last time of each entity with an instance to aggregate. */
export async function selectBounds(
  db: Queryable,
  caller: Caller,
  ids: readonly string[],
  selection: AggregatedSelection,
): Promise<TimeBounds[]> {
  const params = new SqlParameters([caller.tenant, ids]);
  const series = seriesOf(caller, selection, params);
  const end = (
    direction: string,
  ) => `(SELECT ${timeOf(selection.temporalQ.timeproperty)} FROM ${relationOf(selection)} h
    WHERE ${OF_SERIES} AND NOT ${IS_DELETED} AND ${instanceCondition(selection, params)}
    ORDER BY ${timeOf(selection.temporalQ.timeproperty)} ${direction} LIMIT 1)`;
  const { rows } = await db.query<TimeBounds>({
    text: `${series}
      SELECT s.id, ${inMilliseconds(`min(${end('ASC')})`)} AS first, ${inMilliseconds(`max(${end('DESC')})`)} AS last
      FROM series s WHERE s.dataset_id IS NOT NULL GROUP BY s.id HAVING min(${end('ASC')}) IS NOT NULL`,
    values: params.values,
  });
  return rows;
}

/** The condition that a row `h` of history belongs to series `s`. */
export const OF_SERIES = `h.tenant = $1 AND h.entity_id = s.id AND h.attribute = s.attribute AND h.dataset_id = s.dataset_id`;

/** How times are mapped to period numbers. */
export type Slots =
  | { readonly kind: 'one' }
  | { readonly kind: 'equal'; readonly anchor: number; readonly milliseconds: number }
  /** The starts of the periods, in order. */
  | { readonly kind: 'listed'; readonly starts: readonly number[] };

/**
 * The sums of a series as columns, with one value for each non-empty period. Only columns that the methods need are
 * present.
 */
export interface SeriesSums extends SeriesKey {
  readonly slots: readonly number[];
  readonly counts: readonly number[];
  readonly sums?: readonly number[];
  readonly sumsqs?: readonly number[];
  readonly mins?: readonly number[];
  readonly maxs?: readonly number[];
  /** The number of distinct values. */
  readonly distinct_numbers?: readonly number[];
}

const NEEDED: readonly (readonly [column: string, methods: readonly AggregateMethod[]])[] = [
  ['sum', ['sum', 'avg', 'stddev']],
  ['sumsq', ['sumsq', 'stddev']],
  ['min', ['min']],
  ['max', ['max']],
  ['distinct_number', ['distinctCount']],
];

/**
 * Aggregates rows of one period each into the columns of {@link SeriesSums}. @param which a FILTER clause for these
 * rows
 */
export function sumColumns(methods: readonly AggregateMethod[], which = ''): string {
  const needed = NEEDED.filter(([, needing]) => needing.some((method) => methods.includes(method)));
  return ['slot', 'count', ...needed.map(([column]) => column)]
    .map((column) => `array_agg(p.${column}) ${which} AS ${column}s`)
    .join(', ');
}

/** The sums of numbers by series and period. */
export async function selectSums(
  db: Queryable,
  caller: Caller,
  ids: readonly string[],
  selection: AggregatedSelection,
  slots: Slots,
  methods: readonly AggregateMethod[],
): Promise<SeriesSums[]> {
  const params = new SqlParameters([caller.tenant, ids]);
  const distinct = methods.includes('distinctCount') ? ', count(DISTINCT i.number) AS distinct_number' : '';
  const { period, slot } = slotOf(slots, params);
  const { rows } = await db.query<SeriesSums>({
    text: `${seriesOf(caller, selection, params)}
      SELECT s.id, s.attribute, s.dataset_id, i.* FROM series s CROSS JOIN LATERAL (
        SELECT ${sumColumns(methods)} FROM (
          SELECT ${slot(period)} AS slot, count(*) AS count, sum(i.number) AS sum, sum(i.number * i.number) AS sumsq,
            min(i.number) AS min, max(i.number) AS max${distinct}
          FROM ${instancesOf(selection, params, 'numbers')} AS i WHERE i.number IS NOT NULL GROUP BY ${period}) AS p) AS i
      WHERE s.dataset_id IS NOT NULL AND i.slots IS NOT NULL`,
    values: params.values,
  });
  return rows;
}

export interface OtherValue extends SeriesKey {
  readonly slot: number;
  readonly kind: AttributeKind;
  readonly value: unknown;
  /** The number of instances of the period with this value. */
  readonly times: number;
}

/** The values that are not numbers; within a period in the order of their first occurrence. */
export async function selectOtherValues(
  db: Queryable,
  caller: Caller,
  ids: readonly string[],
  selection: AggregatedSelection,
  slots: Slots,
): Promise<OtherValue[]> {
  const params = new SqlParameters([caller.tenant, ids]);
  const { period, slot } = slotOf(slots, params);
  const { rows } = await db.query<OtherValue & { value: string }>({
    text: `${seriesOf(caller, selection, params)}
      SELECT s.id, s.attribute, s.dataset_id, i.* FROM series s CROSS JOIN LATERAL (
        SELECT ${slot(period)} AS slot, i.instance ->> 'type' AS kind, i.instance -> 'value' AS value, count(*) AS times
        FROM ${instancesOf(selection, params, 'all')} AS i WHERE i.number IS NULL
        GROUP BY ${period}, i.instance ->> 'type', i.instance -> 'value' ORDER BY min(i.time)) AS i
      WHERE s.dataset_id IS NOT NULL`,
    values: params.values,
  });
  return rows.map((row) => ({ ...row, value: JSON.parse(row.value) }));
}

/** The selected instances of a series `s`, with their time. */
function instancesOf(selection: AggregatedSelection, params: SqlParameters, which: 'all' | 'numbers'): string {
  const { timeproperty, lastN } = selection.temporalQ;
  const time = timeOf(timeproperty);
  const last =
    lastN === undefined ? '' : `ORDER BY ${time} DESC, h.modified_at DESC, h.n DESC LIMIT ${params.add(lastN)}::bigint`;
  // `lastN` counts all instances, before values that are not numbers are excluded.
  const counts = which === 'numbers' && lastN === undefined ? 'h.number IS NOT NULL' : `NOT ${IS_DELETED}`;
  return `(SELECT ${time} AS time, h.number, h.instance FROM ${relationOf(selection)} h
    WHERE ${OF_SERIES} AND ${counts} AND ${instanceCondition(selection, params)} ${last})`;
}

/** The grouping expression for rows `i` of a period, and the number of the period. */
interface SqlPeriods {
  readonly period: string;
  slot(period: string): string;
}

export function slotOf(slots: Slots, params: SqlParameters): SqlPeriods {
  switch (slots.kind) {
    case 'one':
      return { period: '0::bigint', slot: (period) => period };
    case 'equal': {
      const anchor = `${params.add(new Date(slots.anchor).toISOString())}::timestamptz`;
      const length = `${params.add(slots.milliseconds)}::bigint`;
      // The subquery computes the interval once instead of for each row.
      const period = `date_bin((SELECT ${length} * interval '1 millisecond'), i.time, ${anchor})`;
      return { period, slot: (of) => `round(date_part('epoch', ${of} - ${anchor}) * 1000 / ${length})::bigint` };
    }
    case 'listed': {
      const starts = slots.starts.map((start) => new Date(start).toISOString());
      const period = `width_bucket(i.time, ${params.add(starts)}::timestamptz[])`;
      return { period, slot: (of) => `(${of} - 1)::bigint` };
    }
  }
}
