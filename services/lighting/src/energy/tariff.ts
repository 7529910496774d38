import type { LevelStep } from '../programmes/programme.ts';
import { instantOf, nextDay, wallTime } from '../sun/local-time.ts';

/** Hours with a price of their own, such as the off-peak hours of winter. */
export interface TariffSlot {
  readonly name: string;
  /** Minutes since local midnight; `to` may be the next day's, and 0 is midnight. */
  readonly from: number;
  readonly to: number;
  /** Of the year, 1 to 12; absent: all. */
  readonly months?: readonly number[];
  /** ISO weekdays, 1 for Monday to 7; absent: all. */
  readonly weekdays?: readonly number[];
  /** Euros per kWh. */
  readonly energy: number;
}

/** What electricity costs, in euros. */
export interface Tariff {
  /** Per kWh, where no slot says otherwise. */
  readonly energy: number;
  /** The first that fits counts. */
  readonly slots: readonly TariffSlot[];
  /** For the power subscribed to: kVA, and euros per kVA and year. */
  readonly subscription?: { readonly power: number; readonly price: number };
}

/** A part of a step in one slot of the tariff; `slot` is absent where the general price counts. */
interface PricedStep {
  readonly step: LevelStep;
  readonly price: number;
  readonly slot?: string;
}

/** Cuts a step where the price changes. */
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

/** The slot that counts at a time that clocks show; undefined: none. */
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
