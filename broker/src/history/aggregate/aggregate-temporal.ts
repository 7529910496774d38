import type { Caller } from '../../access/caller.ts';
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
import { seesAllSums, selectRolledBounds, selectRolledSums } from './rolled-sums.ts';
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

/** Longer lists of periods are refused. */
const MAX_PERIODS = 100_000;
/** While the sums of hours and days are further behind than so many instances, reading these is quicker without them. */
const MAX_LAG = 200_000;

/**
 * The aggregates of entities, by id (4.5.19); an entity without any instance is not among them.
 *
 * @throws NgsiLdError InvalidRequest: an attribute that was asked for by name has values that a method makes no sense of
 */
export async function aggregateTemporal(
  db: Database,
  caller: Caller,
  ids: readonly string[],
  asked: AggregatedSelection,
  aggregation: Aggregation,
): Promise<Map<string, Aggregates>> {
  // The scope is aggregated for those who name it alone.
  const selection = asked.attributes ? asked : { ...asked, omitted: [...(asked.omitted ?? []), SCOPE] };
  if (ids.length === 0) return new Map();
  if (areFewShort(caller, selection, aggregation)) return aggregatedAtOnce(db, caller, ids, selection, aggregation);
  // Sums, corrections and instances are of one moment, whatever is written or summed up meanwhile.
  return inReadSnapshot(db, async (tx) => {
    const ofSeries = await narrowed(tx, caller.tenant, ids, selection);
    if (!ofSeries.isUnfolded) unfoldSoon(db, caller.tenant, ids);
    return aggregated(tx, caller, ids, ofSeries, aggregation);
  });
}

/** Whether periods begin at a time that is known, are read from instances alone, and cannot be too many but for times to come. */
function areFewShort(caller: Caller, selection: AggregatedSelection, aggregation: Aggregation): boolean {
  const { relation } = selection.temporalQ;
  const { period } = aggregation;
  if (relation === undefined || relation.timerel === 'before' || !isPlainWindow(caller, selection)) return false;
  if (isZero(period) || period.months > 0 || mayRollUp(caller, selection, aggregation)) return false;
  const end = relation.endTimeAt === undefined ? Date.now() : Date.parse(relation.endTimeAt);
  return periodOf(Date.parse(relation.timeAt), period, end) < MAX_PERIODS;
}

/** By one statement, which is of one moment by itself. */
async function aggregatedAtOnce(
  db: Database,
  caller: Caller,
  ids: readonly string[],
  selection: AggregatedSelection,
  aggregation: Aggregation,
): Promise<Map<string, Aggregates>> {
  const { milliseconds } = aggregation.period;
  const anchor = Date.parse(selection.temporalQ.relation?.timeAt as string); // there, as periods are few
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
): Promise<Map<string, Aggregates>> {
  const found = new Map<string, Aggregates>();
  const rollups = mayRollUp(caller, selection, aggregation) ? await usefulRollups(tx) : undefined;
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

/** How far the sums have come; undefined: they had better not be read. */
async function usefulRollups(tx: Queryable): Promise<RollupState | undefined> {
  const state = await rollupState(tx);
  return state.instancesRemovedBefore !== null || state.last - state.watermark < MAX_LAG ? state : undefined;
}

/** Whether sums of hours and days can tell: they know numbers by the time they were observed, not which of them differ. */
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
    seesAllSums(caller) &&
    !methods.includes('distinctCount') &&
    (isZero(period) || period.months > 0 || period.milliseconds >= HOUR) &&
    !isFiner(relation?.timeAt) &&
    !isFiner(relation?.endTimeAt)
  );
}

/** From when until when there may be anything of each entity. */
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
    const [first, last] = [Date.parse(relation.timeAt), Date.parse(relation.endTimeAt as string)]; // there with between
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
    // What retention has left of instances in the first hour or day is more exact than its start.
    for (const [start, length] of starts) if (start !== null && first >= start + length) first = start;
    for (const start of [rolled.lastHour, rolled.lastDay]) if (start !== null && last < start) last = start;
    byId.set(rolled.id, { id: rolled.id, first, last });
  }
  return [...byId.values()];
}

/** Periods start at timeAt, or where there is none at the entity's own first instance. */
export function groupsByAnchor(bounds: readonly TimeBounds[], { temporalQ: { relation } }: AggregatedSelection) {
  const common = relation === undefined || relation.timerel === 'before' ? undefined : Date.parse(relation.timeAt);
  return Map.groupBy(bounds, ({ first }) => common ?? first);
}

export interface Periods {
  readonly slots: Slots;
  /** One after the other, as far as the window goes. */
  inWindow(): Iterable<Range>;
  /** Start and end of a period, DateTimes. */
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
  // Those before the first instance are empty, and months are few anyway.
  const from = period.months === 0 ? Math.max(0, periodOf(anchor, period, first)) : 0;
  const count = periodOf(anchor, period, last) + 1;
  if (count - from > MAX_PERIODS) {
    throw new NgsiLdError(
      'TooManyResults',
      `aggrPeriodDuration: got ${count - from} periods, expected at most ${MAX_PERIODS}`,
    );
  }
  const startOf = (slot: number) => periodStart(anchor, period, slot);
  // Ten thousand periods of many series begin and end at the same times.
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
  /** Of its periods, by their numbers; or only numbers are there, summed up. */
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

/** Series by their datasets, the default instance first. */
function inOrder({ sums, others }: WindowValues): Series[] {
  return withOthers(sums, others).sort((one, other) => (one.key.dataset_id < other.key.dataset_id ? -1 : 1));
}

/** Series of numbers and of other values; where one has both, values are added to numbers. */
function withOthers(sums: readonly SeriesSums[], others: readonly OtherValue[]): Series[] {
  if (others.length === 0) return sums.map((row) => ({ key: row, type: 'Property', slots: row }));
  const nameOf = ({ id, attribute, dataset_id }: SeriesKey) => JSON.stringify([id, attribute, dataset_id]);
  const series = new Map<string, Series>(sums.map((row) => [nameOf(row), { key: row, type: 'Property', slots: row }]));
  for (const [name, values] of Map.groupBy(others, nameOf)) {
    const [first] = values as [OtherValue]; // a group has one
    const numbers = series.get(name)?.slots as SeriesSums | undefined; // as they were put in just now
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

/** @throws NgsiLdError InvalidRequest: the method makes no sense of the values (5.7.4.4) */
function checkEligible(attribute: string, method: AggregateMethod, classes: ReadonlySet<ValueClass | undefined>): void {
  for (const valueClass of classes) {
    if (valueClass === undefined || isEligible(method, valueClass)) continue;
    throw new NgsiLdError(
      'InvalidRequest',
      `aggrMethods: got ${method}, which ${attribute} has no values for (${valueClass})`,
    );
  }
}
