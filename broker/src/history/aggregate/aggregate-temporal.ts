import type { Caller } from '../../access/caller.ts';
import { isByTenant } from '../../database/citus/by-tenant.ts';
import type { Database, Queryable } from '../../database/database.ts';
import { SCOPE } from '../../model/change-entity.ts';
import type { AttributeKind } from '../../model/entity.ts';
import { NgsiLdError } from '../../model/errors.ts';
import {
  type Accumulator,
  type AggregatedSeries,
  type AggregateMethod,
  type Aggregates,
  isEligible,
  type ValueClass,
} from '../../model/temporal/temporal-aggregate.ts';
import { dateTime } from '../../model/temporal/time-text.ts';
import { isZero, periodOf, periodStart } from '../../query/temporal/temporal-duration.ts';
import type { Aggregation } from '../../query/temporal/temporal-query.ts';
import { inReadSnapshot } from '../query/read-snapshot.ts';
import { narrowed } from '../query/temporal-series.ts';
import { type RollupState, rollupState } from '../rollups/history-rollups.ts';
import { DAY, HOUR, planRollups, type Range } from '../rollups/rollup-plan.ts';
import { unfoldSoon } from '../rows/initial-instances.ts';
import { accumulatedPeriods, accumulatorAt, accumulators, summedPeriods } from './period-values.ts';
import { maySeeAllSums, selectRolledBounds, selectRolledSums } from './rolled-sums.ts';
import {
  type AggregatedSelection,
  type OtherValue,
  type SeriesKey,
  type SeriesSums,
  type Slots,
  selectBounds,
  selectOtherValues,
  selectSums,
  type TimeBounds,
} from './temporal-aggregates.ts';
import { isPlainWindow, selectWindowValues, type WindowValues } from './window-values.ts';

/** The maximum number of periods. */
const MAX_PERIODS = 100_000;
/** If the sums of hours and days lag behind by more instances, reading without them is faster. */
const MAX_LAG = 200_000;

/**
 * The aggregates of entities, by id (4.5.19). Entities without instances are left out.
 *
 * @throws NgsiLdError InvalidRequest: an explicitly requested attribute has values that a method can't aggregate
 */
export async function aggregateTemporal(
  db: Database,
  caller: Caller,
  ids: readonly string[],
  asked: AggregatedSelection,
  aggregation: Aggregation,
): Promise<Map<string, Aggregates>> {
  // The scope is aggregated only if it is requested by name.
  const selection = asked.attributes ? asked : { ...asked, omitted: [...(asked.omitted ?? []), SCOPE] };
  if (ids.length === 0) return new Map();
  if (areFewShort(caller, selection, aggregation)) return aggregatedAtOnce(db, caller, ids, selection, aggregation);
  // Sums, corrections and instances must come from the same snapshot, whatever is written meanwhile.
  return inReadSnapshot(db, caller.tenant, async (tx) => {
    const ofSeries = await narrowed(tx, caller.tenant, ids, selection);
    if (!ofSeries.isUnfolded) unfoldSoon(db, caller.tenant, ids);
    return aggregated(tx, caller, ids, ofSeries, aggregation, isByTenant(db));
  });
}

/** Whether the number of periods is known beforehand and small, and they are computed from instances alone. */
function areFewShort(caller: Caller, selection: AggregatedSelection, aggregation: Aggregation): boolean {
  const { relation } = selection.temporalQ;
  const { period } = aggregation;
  if (relation === undefined || relation.timerel === 'before' || !isPlainWindow(caller, selection)) return false;
  if (isZero(period) || period.months > 0 || mayRollUp(caller, selection, aggregation)) return false;
  const end = relation.endTimeAt === undefined ? Date.now() : Date.parse(relation.endTimeAt);
  return periodOf(Date.parse(relation.timeAt), period, end) < MAX_PERIODS;
}

/** Uses a single statement, which needs no snapshot transaction. */
async function aggregatedAtOnce(
  db: Database,
  caller: Caller,
  ids: readonly string[],
  selection: AggregatedSelection,
  aggregation: Aggregation,
): Promise<Map<string, Aggregates>> {
  const { milliseconds } = aggregation.period;
  const anchor = Date.parse(selection.temporalQ.relation?.timeAt as string); // present, because the periods are known
  const slots: Slots = { kind: 'equal', anchor, milliseconds };
  const values = await selectWindowValues(db, caller, ids, selection, slots, aggregation.methods);
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const reach = (slot: number) => {
    if (slot < first) first = slot;
    if (slot > last) last = slot;
  };
  for (const { slots } of values.sums) slots.forEach(reach);
  for (const { slot } of values.others) reach(slot);
  if (first > last) return new Map();
  const bounds = { id: '', first: anchor + first * milliseconds, last: anchor + last * milliseconds };
  return aggregatesById(inOrder(values), aggregation, periodsOf([bounds], selection, aggregation), selection);
}

async function aggregated(
  tx: Queryable,
  caller: Caller,
  ids: readonly string[],
  selection: AggregatedSelection,
  aggregation: Aggregation,
  onNode: boolean,
): Promise<Map<string, Aggregates>> {
  const found = new Map<string, Aggregates>();
  const tenant = onNode ? caller.tenant : undefined;
  const rollups = mayRollUp(caller, selection, aggregation) ? await usefulRollups(tx, tenant) : undefined;
  const bounds = await boundsOf(tx, caller, ids, selection, aggregation, rollups);
  for (const [, group] of groupsByAnchor(bounds, selection)) {
    const periods = periodsOf(group, selection, aggregation);
    const groupIds = group.map(({ id }) => id);
    const series = await accumulate(tx, caller, groupIds, selection, aggregation, periods, rollups);
    for (const [id, aggregates] of aggregatesById(series, aggregation, periods, selection)) found.set(id, aggregates);
  }
  return found;
}

function aggregatesById(
  series: readonly Series[],
  aggregation: Aggregation,
  periods: Periods,
  { attributes }: AggregatedSelection,
): Map<string, Aggregates> {
  const found = new Map<string, Aggregates>();
  for (const [id, ofEntity] of Map.groupBy(series, ({ key }) => key.id)) {
    found.set(id, aggregatesOf(ofEntity, aggregation, periods, attributes !== undefined));
  }
  return found;
}

/** The state of the sums; undefined if they should not be used. */
async function usefulRollups(tx: Queryable, tenant: string | undefined): Promise<RollupState | undefined> {
  const state = await rollupState(tx, tenant);
  return state.instancesRemovedBefore !== null || state.last - state.watermark < MAX_LAG ? state : undefined;
}

/** Whether sums of hours and days are sufficient: they contain numbers by observation time, without distinct values. */
function mayRollUp(
  caller: Caller,
  { temporalQ, scopeQ }: AggregatedSelection,
  { methods, period }: Aggregation,
): boolean {
  const { timeproperty = 'observedAt', lastN, relation } = temporalQ;
  const isFiner = (time: string | undefined) => time !== undefined && /[.,]\d{4,}/.test(time);
  return (
    timeproperty === 'observedAt' &&
    lastN === undefined &&
    scopeQ === undefined &&
    maySeeAllSums(caller) &&
    !methods.includes('distinctCount') &&
    (isZero(period) || period.months > 0 || period.milliseconds >= HOUR) &&
    !isFiner(relation?.timeAt) &&
    !isFiner(relation?.endTimeAt)
  );
}

/** The time range in which each entity may have instances. */
async function boundsOf(
  tx: Queryable,
  caller: Caller,
  ids: readonly string[],
  selection: AggregatedSelection,
  { period }: Aggregation,
  rollups: RollupState | undefined,
): Promise<readonly TimeBounds[]> {
  const { relation } = selection.temporalQ;
  if (relation?.timerel === 'between') {
    const [first, last] = [Date.parse(relation.timeAt), Date.parse(relation.endTimeAt as string)]; // present for between
    const isFew = isZero(period) || periodOf(first, period, last) < MAX_PERIODS;
    if (isFew) return ids.map((id) => ({ id, first, last }));
  }
  const bounds = await selectBounds(tx, caller, ids, selection);
  if (!rollups?.instancesRemovedBefore) return bounds;
  const time = relation && Date.parse(relation.timeAt);
  const window: Range = [
    time !== undefined && relation?.timerel !== 'before' ? time : Number.NEGATIVE_INFINITY,
    time !== undefined && relation?.timerel === 'before' ? time : Number.POSITIVE_INFINITY,
  ];
  const byId = new Map(bounds.map((each) => [each.id, each]));
  for (const rolled of await selectRolledBounds(tx, caller, ids, selection, window, rollups)) {
    const starts: [number | null, number][] = [
      [rolled.firstHour, HOUR],
      [rolled.firstDay, DAY],
    ];
    let { first, last } = byId.get(rolled.id) ?? { first: Number.POSITIVE_INFINITY, last: Number.NEGATIVE_INFINITY };
    // If retention has removed some instances of the first hour or day, what remains is more precise than its start.
    for (const [start, length] of starts) if (start !== null && first >= start + length) first = start;
    for (const start of [rolled.lastHour, rolled.lastDay]) if (start !== null && last < start) last = start;
    byId.set(rolled.id, { id: rolled.id, first, last });
  }
  return [...byId.values()];
}

/** Periods start at timeAt, or by default at the first instance of each entity. */
export function groupsByAnchor(bounds: readonly TimeBounds[], { temporalQ: { relation } }: AggregatedSelection) {
  const common = relation === undefined || relation.timerel === 'before' ? undefined : Date.parse(relation.timeAt);
  return Map.groupBy(bounds, ({ first }) => common ?? first);
}

export interface Periods {
  readonly slots: Slots;
  /** The periods in order, up to the end of the window. */
  inWindow(): Iterable<Range>;
  /** Start and end of a period as DateTimes. */
  bounds(slot: number): [start: string, end: string];
}

export function periodsOf(
  group: readonly TimeBounds[],
  { temporalQ }: AggregatedSelection,
  { period }: Aggregation,
): Periods {
  const { relation } = temporalQ;
  const first = Math.min(...group.map((each) => each.first));
  const last = Math.max(...group.map((each) => each.last));
  const anchor = relation === undefined || relation.timerel === 'before' ? first : Date.parse(relation.timeAt);
  const end = relation?.endTimeAt ?? (relation?.timerel === 'before' ? relation.timeAt : undefined);
  if (isZero(period)) {
    const until = end === undefined ? (Math.floor(last / HOUR) + 1) * HOUR : Date.parse(end);
    return {
      slots: { kind: 'one' },
      inWindow: () => [[anchor, until]],
      bounds: () => [dateTime(anchor), end ?? dateTime(last)],
    };
  }
  // Periods before the first instance are empty. With months there are few anyway.
  const from = period.months === 0 ? Math.max(0, periodOf(anchor, period, first)) : 0;
  const count = periodOf(anchor, period, last) + 1;
  if (count - from > MAX_PERIODS) {
    throw new NgsiLdError(
      'TooManyResults',
      `aggrPeriodDuration: got ${count - from} periods, expected at most ${MAX_PERIODS}`,
    );
  }
  const startOf = (slot: number) => periodStart(anchor, period, slot);
  // Cached, because series share the start and end times of periods.
  const times = new Map<number, string>();
  const startTimeOf = (slot: number): string => {
    let time = times.get(slot);
    if (time === undefined) {
      time = dateTime(startOf(slot));
      times.set(slot, time);
    }
    return time;
  };
  const until = end === undefined ? Number.POSITIVE_INFINITY : Date.parse(end);
  return {
    slots:
      period.months === 0
        ? { kind: 'equal', anchor, milliseconds: period.milliseconds }
        : { kind: 'listed', starts: Array.from({ length: count }, (_, slot) => startOf(slot)) },
    *inWindow() {
      for (let slot = from; slot < count; slot++) yield [startOf(slot), Math.min(startOf(slot + 1), until)];
    },
    bounds: (slot) => [startTimeOf(slot), startTimeOf(slot + 1)],
  };
}

export interface Series {
  readonly key: SeriesKey;
  readonly type: AttributeKind;
  /** Either an accumulator for each period number, or sums of numbers only. */
  readonly slots: ReadonlyMap<number, Accumulator> | SeriesSums;
}

async function accumulate(
  tx: Queryable,
  caller: Caller,
  ids: readonly string[],
  selection: AggregatedSelection,
  { methods }: Aggregation,
  { slots, inWindow }: Periods,
  rollups: RollupState | undefined,
): Promise<Series[]> {
  if (rollups === undefined && isPlainWindow(caller, selection)) {
    return inOrder(await selectWindowValues(tx, caller, ids, selection, slots, methods));
  }
  const sums = await (rollups === undefined
    ? selectSums(tx, caller, ids, selection, slots, methods)
    : selectRolledSums(tx, caller, ids, selection, slots, planRollups(inWindow()), rollups, methods));
  return inOrder({ sums, others: await selectOtherValues(tx, caller, ids, selection, slots) });
}

/** The series in order of datasets, the default instance first. */
function inOrder({ sums, others }: WindowValues): Series[] {
  return withOthers(sums, others).sort((one, other) => (one.key.dataset_id < other.key.dataset_id ? -1 : 1));
}

/** Combines numeric and other values. If a series has both, other values are added to the numeric sums. */
function withOthers(sums: readonly SeriesSums[], others: readonly OtherValue[]): Series[] {
  if (others.length === 0) return sums.map((row) => ({ key: row, type: 'Property', slots: row }));
  const nameOf = ({ id, attribute, dataset_id }: SeriesKey) => JSON.stringify([id, attribute, dataset_id]);
  const series = new Map<string, Series>(sums.map((row) => [nameOf(row), { key: row, type: 'Property', slots: row }]));
  for (const [name, values] of Map.groupBy(others, nameOf)) {
    const [first] = values as [OtherValue]; // a group is not empty
    const numbers = series.get(name)?.slots as SeriesSums | undefined; // set above
    const slots = numbers === undefined ? new Map<number, Accumulator>() : accumulators(numbers);
    for (const { slot, kind, value, times } of values) accumulatorAt(slots, slot).add(kind, value, times);
    series.set(name, { key: first, type: numbers === undefined ? first.kind : 'Property', slots });
  }
  return [...series.values()];
}

export function aggregatesOf(
  series: readonly Series[],
  { methods }: Aggregation,
  periods: Periods,
  areNamed: boolean,
): Aggregates {
  const aggregates = new Map<string, AggregatedSeries[]>();
  for (const { key, type, slots: bySlot } of series) {
    const { slots, classes, resultsOf } = 'slots' in bySlot ? summedPeriods(bySlot) : accumulatedPeriods(bySlot);
    const values: Record<string, readonly unknown[]> = {};
    for (const method of methods) {
      if (areNamed) checkEligible(key.attribute, method, classes);
      const results = resultsOf(method);
      if (results.some((result) => result !== undefined)) values[method] = results;
    }
    if (Object.keys(values).length === 0) continue;
    const bounds = slots.map((slot) => periods.bounds(slot));
    const shown = { type, ...(key.dataset_id !== '' && { datasetId: key.dataset_id }), bounds, values };
    const others = aggregates.get(key.attribute);
    if (others === undefined) aggregates.set(key.attribute, [shown]);
    else others.push(shown);
  }
  return aggregates;
}

/** @throws NgsiLdError InvalidRequest: the method can't aggregate the values (5.7.4.4) */
function checkEligible(attribute: string, method: AggregateMethod, classes: ReadonlySet<ValueClass | undefined>): void {
  for (const valueClass of classes) {
    if (valueClass === undefined || isEligible(method, valueClass)) continue;
    throw new NgsiLdError(
      'InvalidRequest',
      `aggrMethods: got ${method}, which ${attribute} has no values for (${valueClass})`,
    );
  }
}
