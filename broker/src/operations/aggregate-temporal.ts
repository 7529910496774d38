import { SCOPE } from '../model/change-entity.ts';
import type { AttributeKind } from '../model/entity.ts';
import { NgsiLdError } from '../model/errors.ts';
import {
  Accumulator,
  type AggregatedSeries,
  type AggregateMethod,
  type Aggregates,
  isEligible,
} from '../model/temporal-aggregate.ts';
import { isZero, periodOf, periodStart } from '../query/temporal-duration.ts';
import type { Aggregation } from '../query/temporal-query.ts';
import type { Queryable } from '../store/database.ts';
import {
  type AggregatedSelection,
  type SeriesKey,
  type Slots,
  selectBounds,
  selectOtherValues,
  selectSums,
  type TimeBounds,
} from '../store/temporal-aggregates.ts';

/** Longer lists of periods are refused. */
const MAX_PERIODS = 100_000;

/**
 * The aggregates of entities, by id (4.5.19); an entity without any instance is not among them.
 *
 * @throws NgsiLdError InvalidRequest: an attribute that was asked for by name has values that a method makes no sense of
 */
export async function aggregateTemporal(
  db: Queryable,
  tenant: string,
  ids: readonly string[],
  asked: AggregatedSelection,
  aggregation: Aggregation,
): Promise<Map<string, Aggregates>> {
  // The scope is aggregated for those who name it alone.
  const selection = asked.attributes ? asked : { ...asked, omitted: [...(asked.omitted ?? []), SCOPE] };
  const found = new Map<string, Aggregates>();
  if (ids.length === 0) return found;
  const bounds = await selectBounds(db, tenant, ids, selection);
  for (const [, group] of groupsByAnchor(bounds, selection)) {
    const periods = periodsOf(group, selection, aggregation);
    const groupIds = group.map(({ id }) => id);
    const series = await accumulate(db, tenant, groupIds, selection, aggregation, periods.slots);
    for (const [id, ofEntity] of Map.groupBy(series, ({ key }) => key.id)) {
      found.set(id, aggregatesOf(ofEntity, aggregation, periods, selection.attributes !== undefined));
    }
  }
  return found;
}

/** Periods start at timeAt, or where there is none at the entity's own first instance. */
function groupsByAnchor(bounds: readonly TimeBounds[], { temporalQ: { relation } }: AggregatedSelection) {
  const common = relation === undefined || relation.timerel === 'before' ? undefined : Date.parse(relation.timeAt);
  return Map.groupBy(bounds, ({ first }) => common ?? first);
}

interface Periods {
  readonly slots: Slots;
  /** Start and end of a period, DateTimes. */
  bounds(slot: number): [start: string, end: string];
}

function periodsOf(group: readonly TimeBounds[], { temporalQ }: AggregatedSelection, { period }: Aggregation): Periods {
  const { relation } = temporalQ;
  const first = Math.min(...group.map((each) => each.first));
  const last = Math.max(...group.map((each) => each.last));
  const anchor = relation === undefined || relation.timerel === 'before' ? first : Date.parse(relation.timeAt);
  if (isZero(period)) {
    const end = relation?.endTimeAt ?? (relation?.timerel === 'before' ? relation.timeAt : dateTime(last));
    return { slots: { kind: 'one' }, bounds: () => [dateTime(anchor), end] };
  }
  const count = periodOf(anchor, period, last) + 1;
  if (count > MAX_PERIODS) {
    throw new NgsiLdError(
      'TooManyResults',
      `aggrPeriodDuration: got ${count} periods, expected at most ${MAX_PERIODS}`,
    );
  }
  const bounds = (slot: number): [string, string] => [
    dateTime(periodStart(anchor, period, slot)),
    dateTime(periodStart(anchor, period, slot + 1)),
  ];
  if (period.months === 0) {
    return { slots: { kind: 'equal', anchor, milliseconds: period.milliseconds }, bounds };
  }
  const starts = Array.from({ length: count }, (_, slot) => periodStart(anchor, period, slot));
  return { slots: { kind: 'listed', starts }, bounds };
}

function dateTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('.000Z', 'Z');
}

interface Series {
  readonly key: SeriesKey;
  type: AttributeKind;
  readonly slots: Map<number, Accumulator>;
}

async function accumulate(
  db: Queryable,
  tenant: string,
  ids: readonly string[],
  selection: AggregatedSelection,
  { methods }: Aggregation,
  slots: Slots,
): Promise<Series[]> {
  const [sums, others] = await Promise.all([
    selectSums(db, tenant, ids, selection, slots, methods.includes('distinctCount')),
    selectOtherValues(db, tenant, ids, selection, slots),
  ]);
  const series = new Map<string, Series>();
  const at = (key: SeriesKey, slot: number, type: AttributeKind): Accumulator => {
    const name = JSON.stringify([key.id, key.attribute, key.dataset_id]);
    let found = series.get(name);
    if (found === undefined) {
      found = { key, type, slots: new Map() };
      series.set(name, found);
    }
    let accumulator = found.slots.get(slot);
    if (accumulator === undefined) {
      accumulator = new Accumulator();
      found.slots.set(slot, accumulator);
    }
    return accumulator;
  };
  for (const row of sums) {
    const distinct = row.different === null ? [] : (JSON.parse(row.different) as number[]);
    at(row, row.slot, 'Property').addNumbers(row, distinct);
  }
  for (const row of others) at(row, row.slot, row.kind).add(row.kind, JSON.parse(row.value));
  return [...series.values()];
}

function aggregatesOf(
  series: readonly Series[],
  { methods }: Aggregation,
  periods: Periods,
  areNamed: boolean,
): Aggregates {
  const aggregates = new Map<string, AggregatedSeries[]>();
  for (const { key, type, slots } of series) {
    const inOrder = [...slots].sort(([a], [b]) => a - b);
    const values: Record<string, [unknown, string, string][]> = {};
    for (const method of methods) {
      if (areNamed) checkEligible(key.attribute, method, inOrder);
      const results = inOrder.flatMap(([slot, accumulator]): [unknown, string, string][] => {
        const result = accumulator.result(method);
        return result === undefined ? [] : [[result, ...periods.bounds(slot)]];
      });
      if (results.length > 0) values[method] = results;
    }
    if (Object.keys(values).length === 0) continue;
    const shown = { type, ...(key.dataset_id !== '' && { datasetId: key.dataset_id }), values };
    const others = aggregates.get(key.attribute);
    if (others === undefined) aggregates.set(key.attribute, [shown]);
    else others.push(shown);
  }
  return aggregates;
}

/** @throws NgsiLdError InvalidRequest: the method makes no sense of the values (5.7.4.4) */
function checkEligible(attribute: string, method: AggregateMethod, slots: readonly [number, Accumulator][]): void {
  for (const [, { valueClass }] of slots) {
    if (valueClass === undefined || isEligible(method, valueClass)) continue;
    throw new NgsiLdError(
      'InvalidRequest',
      `aggrMethods: got ${method}, which ${attribute} has no values for (${valueClass})`,
    );
  }
}
