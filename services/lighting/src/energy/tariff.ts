import type { LevelStep } from '../programmes/programme.ts';
import { instantOf, nextDay, wallTime } from '../sun/local-time.ts';

/** Hours with a different price, such as the off-peak hours of winter. */
export interface TariffSlot {
  readonly name: string;
  /** Minutes since local midnight; `to` may be on the next day, and 0 is midnight. */
  readonly from: number;
  readonly to: number;
  /** Months of the year, 1 to 12; absent: all. */
  readonly months?: readonly number[];
  /** ISO weekdays, 1 for Monday to 7; absent: all. */
  readonly weekdays?: readonly number[];
  /** Euros per kWh. */
  readonly energy: number;
}

/** Electricity prices in euros. */
export interface Tariff {
  /** Per kWh outside the slots. */
  readonly energy: number;
  /** The first matching slot counts. */
  readonly slots: readonly TariffSlot[];
  /** The subscribed power: kVA, and euros per kVA and year. */
  readonly subscription?: { readonly power: number; readonly price: number };
}

/** A part of a step in one slot of the tariff; `slot` is absent for the general price. */
interface PricedStep {
  readonly step: LevelStep;
  readonly price: number;
  readonly slot?: string;
}

/** Splits a step where the price changes. */
export function pricedSteps(step: LevelStep, { energy, slots }: Tariff, timeZone: string): PricedStep[] {
  if (slots.length === 0) return [{ step, price: energy }];
  const { date } = wallTime(step.from, timeZone);
  const minutes = [0, ...slots.flatMap(({ from, to }) => [from, to])];
  const edges = [date, nextDay(date)]
    .flatMap((day) => minutes.map((minute) => instantOf(day, minute, timeZone)))
    .filter((edge) => edge > step.from && edge < step.to);
  const all = [...new Set([step.from, ...edges, step.to])].sort((a, b) => a - b);
  return all.slice(0, -1).map((from, i) => {
    const to = all[i + 1] as number;
    const slot = slotAt(slots, from, timeZone);
    return { step: { ...step, from, to }, price: slot?.energy ?? energy, ...(slot && { slot: slot.name }) };
  });
}

function slotAt(slots: readonly TariffSlot[], at: number, timeZone: string): TariffSlot | undefined {
  return slotOn(slots, wallTime(at, timeZone));
}

/** The slot at a local time; undefined: none. */
export function slotOn(
  slots: readonly TariffSlot[],
  { date, minutes, weekday }: { readonly date: string; readonly minutes: number; readonly weekday: number },
): TariffSlot | undefined {
  const month = Number(date.slice(5, 7));
  return slots.find(
    ({ from, to, months, weekdays }) =>
      (from < to ? from <= minutes && minutes < to : minutes >= from || minutes < to) &&
      (months === undefined || months.includes(month)) &&
      (weekdays === undefined || weekdays.includes(weekday)),
  );
}
