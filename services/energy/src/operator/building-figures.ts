import type { DayUse } from '@alzette/kit/forecasting';
import { median } from '@alzette/kit/forecasting';
import { normalisedYear } from '../analysis/degree-days.ts';
import { neverStops } from '../analysis/nights.ts';
import { type Bill, type BuildingFigures, type EnergySettings, METER_KINDS } from '../contract/contract.ts';
import type { Building, Meter } from '../meters/entities.ts';
import type { MeterState } from '../meters/meter-rows.ts';

const YEAR = 365;
const FEWEST_DAYS = 300;

/** The figures of each building, compared with buildings of the same use. */
export function figuresOf(
  buildings: readonly Building[],
  {
    meters,
    states,
    bills,
    budgets,
    settings,
    year,
  }: {
    readonly meters: readonly Meter[];
    readonly states: ReadonlyMap<string, MeterState>;
    readonly bills: readonly Bill[];
    readonly budgets: ReadonlyMap<string, number>;
    readonly settings: EnergySettings;
    readonly year: number;
  },
): BuildingFigures[] {
  const figures = buildings.map((building) => {
    const own = meters.filter((meter) => meter.building === building.id);
    const used = Object.fromEntries(
      METER_KINDS.flatMap((kind) => {
        const sum = usedBy(
          own.filter((meter) => meter.kind === kind),
          states,
        );
        return sum === undefined ? [] : [[kind, sum]];
      }),
    ) as BuildingFigures['used'];
    const heat = heatOf(own, states, settings.referenceDegreeDays);
    const energy = (heat ?? 0) + yearly(used.electricity);
    const isWhole = used.electricity?.isYear === true && heat !== undefined;
    return {
      ...building,
      used,
      ...(heat !== undefined && { normalisedHeat: Math.round(heat) }),
      ...(isWhole && building.area && { perArea: Math.round(energy / building.area) }),
      ...warningsOf(own, states, settings),
      ...moneyOf(
        bills.filter((bill) => bill.building === building.id),
        budgets.get(building.id),
        year,
      ),
    };
  });
  return figures.map((each) => {
    const like = figures.filter(({ use, perArea }) => use === each.use && perArea !== undefined);
    if (like.length < 2) return each;
    return { ...each, likeBuildings: { median: median(like.map(({ perArea = 0 }) => perArea)), count: like.length } };
  });
}

function usedBy(meters: readonly Meter[], states: ReadonlyMap<string, MeterState>) {
  const days = meters.map(({ id }) => lastYear(states.get(id)?.days ?? []));
  if (days.every((own) => own.length === 0)) return undefined;
  const amount = days.flat().reduce((sum, { used }) => sum + used, 0);
  const most = Math.max(...days.map((own) => own.length));
  return { amount: Math.round(amount * 10) / 10, days: most, isYear: most >= FEWEST_DAYS };
}

export function lastYear(days: readonly DayUse[]): readonly DayUse[] {
  const last = days.at(-1)?.day ?? 0;
  return days.filter(({ day }) => day > last - YEAR);
}

function yearly(used: { readonly amount: number; readonly days: number } | undefined): number {
  return used === undefined ? 0 : (used.amount / used.days) * YEAR;
}

function heatOf(meters: readonly Meter[], states: ReadonlyMap<string, MeterState>, reference: number) {
  const models = meters.flatMap(({ id }) => states.get(id)?.heating ?? []);
  return models.length === 0 ? undefined : models.reduce((sum, model) => sum + normalisedYear(model, reference), 0);
}

function warningsOf(meters: readonly Meter[], states: ReadonlyMap<string, MeterState>, { prices }: EnergySettings) {
  const openAt = (kind: 'water' | 'electricity'): BuildingFigures['leak'] => {
    const faults = meters.filter((meter) => meter.kind === kind).flatMap(({ id }) => states.get(id)?.faults ?? []);
    const open = faults.find(({ until }) => until === undefined);
    if (open === undefined) return undefined;
    return {
      since: dayText(open.since),
      excess: Math.round(open.excess * 1000),
      cost: Math.round(open.excess * 24 * YEAR * prices[kind]),
    };
  };
  const flowAt = (): BuildingFigures['neverStops'] => {
    const water = meters.filter(({ kind }) => kind === 'water');
    const [flow] = water.flatMap(({ id }) => neverStops(states.get(id)?.nights ?? []) ?? []);
    if (flow === undefined) return undefined;
    const cost = Math.round(flow.least * 24 * YEAR * prices.water);
    return { since: dayText(flow.since), least: Math.round(flow.least * 1000), cost };
  };
  const [leak, baseload] = [openAt('water'), openAt('electricity')];
  const flow = leak === undefined ? flowAt() : undefined;
  return { ...(leak && { leak }), ...(baseload && { baseload }), ...(flow && { neverStops: flow }) };
}

function moneyOf(bills: readonly Bill[], budget: number | undefined, year: number) {
  const inYear = (of: number) => bills.filter(({ from }) => from.startsWith(String(of)));
  const billed = sumOf(inYear(year));
  const expected = expectedOf(inYear(year), inYear(year - 1));
  return {
    billed: Math.round(billed),
    ...(budget !== undefined && { budget }),
    ...(expected !== undefined && { expected: Math.round(expected) }),
  };
}

/**
 * Euros: the bills so far, plus last year's bills of the remaining months, scaled by the change over the months that
 * both years have.
 */
function expectedOf(now: readonly Bill[], before: readonly Bill[]): number | undefined {
  const periodOf = ({ kind, from, to }: Bill) => `${kind} ${from.slice(5)} ${to.slice(5)}`;
  const until = now
    .map(({ to }) => to.slice(5))
    .sort()
    .at(-1);
  if (until === undefined) return undefined;
  const rest = before.filter(({ from }) => from.slice(5) > until);
  const [nowPeriods, periods] = [new Set(now.map(periodOf)), new Set(before.map(periodOf))];
  const same = sumOf(before.filter((bill) => nowPeriods.has(periodOf(bill))));
  if (same === 0 || rest.length === 0) return undefined;
  return sumOf(now) + (sumOf(rest) * sumOf(now.filter((bill) => periods.has(periodOf(bill))))) / same;
}

function sumOf(bills: readonly Bill[]): number {
  return bills.reduce((all, { price = 0 }) => all + price, 0);
}

/** `YYYY-MM-DD` of a day since 1970. */
export function dayText(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}
