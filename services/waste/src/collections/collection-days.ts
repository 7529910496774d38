import { type HolidayKey, type Holidays, publicHolidays } from '@alzette/kit/calendar';
import type { Shift } from '../contract/contract.ts';

/** A calendar day, `YYYY-MM-DD`. */
export type Day = string;

/** One rule of a schedule, in the terms of schema.org. */
export interface Recurrence {
  /** Such as `Tuesday`. */
  readonly byDay: readonly string[];
  /** ISO 8601 in weeks, `P1W` or `P2W`, counted from the week of `startDate`. */
  readonly repeatFrequency?: string;
  readonly startDate?: Day;
  readonly endDate?: Day;
  readonly exceptDate?: readonly Day[];
}

export interface CollectionDay {
  readonly day: Day;
  /** The regular day, if a holiday has moved it. */
  readonly shiftedFrom?: Day;
  readonly holiday?: HolidayKey;
}

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const SUNDAY = 6;
const DAY_MS = 86_400_000;
/** A shift reaches at most into the next week. */
const MARGIN_DAYS = 8;

/** The collection days, ascending, from `from` to `to` inclusive. */
export function collectionDays(
  recurrences: readonly Recurrence[],
  {
    from,
    to,
    holidays,
    shift,
    extra = [],
  }: {
    readonly from: Day;
    readonly to: Day;
    readonly holidays: Holidays;
    readonly shift: Shift;
    readonly extra?: readonly Day[];
  },
): CollectionDay[] {
  const found = new Map<Day, CollectionDay>();
  for (let at = numberOf(from) - MARGIN_DAYS; at <= numberOf(to) + MARGIN_DAYS; at += 1) {
    const usual = dayOf(at);
    if (!recurrences.some((rule) => recursOn(rule, usual))) continue;
    const moved = shifted(usual, holidays, shift);
    if (moved !== undefined && !found.has(moved.day)) found.set(moved.day, moved);
  }
  for (const day of extra) if (!found.has(day)) found.set(day, { day });
  return [...found.values()]
    .filter(({ day }) => day >= from && day <= to)
    .sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
}

function recursOn({ byDay, repeatFrequency = 'P1W', startDate, endDate, exceptDate = [] }: Recurrence, day: Day) {
  if (!byDay.includes(WEEKDAYS[weekdayOf(day)] as string) || exceptDate.includes(day)) return false;
  if ((startDate !== undefined && day < startDate) || (endDate !== undefined && day > endDate)) return false;
  const weeks = Number(/^P(\d{1,2})W$/.exec(repeatFrequency)?.[1] ?? 1);
  return weeks <= 1 || (mondayOf(day) - mondayOf(startDate ?? day)) % (7 * weeks) === 0;
}

function shifted(usual: Day, holidays: Holidays, shift: Shift): CollectionDay | undefined {
  const own = holidayOn(usual, holidays);
  if (shift === 'none') return { day: usual };
  if (shift === 'cancelled') return own === undefined ? { day: usual } : undefined;
  if (shift === 'dayOnly')
    return own === undefined ? { day: usual } : moved(usual, workingDayFrom(usual, holidays), own);
  // Every holiday of the week up to the resulting day moves it by one more.
  const monday = mondayOf(usual);
  let at = numberOf(usual);
  let cause: HolidayKey | undefined;
  for (let day = monday; day < monday + SUNDAY; day += 1) {
    const holiday = holidayOn(dayOf(day), holidays);
    if (holiday === undefined || day > at) continue;
    at += 1;
    cause ??= holiday;
  }
  return cause === undefined ? { day: usual } : moved(usual, workingDayFrom(dayOf(at), holidays), cause);
}

function moved(usual: Day, day: Day, holiday: HolidayKey): CollectionDay {
  return { day, shiftedFrom: usual, holiday };
}

/** The day itself, or the next one that is neither a Sunday nor a holiday. */
function workingDayFrom(day: Day, holidays: Holidays): Day {
  let at = numberOf(day);
  while (weekdayOf(dayOf(at)) === SUNDAY || holidayOn(dayOf(at), holidays) !== undefined) at += 1;
  return dayOf(at);
}

const years = new Map<string, ReadonlyMap<string, HolidayKey>>();

function holidayOn(day: Day, whose: Holidays): HolidayKey | undefined {
  const key = `${whose} ${day.slice(0, 4)}`;
  let year = years.get(key);
  if (year === undefined) {
    year = publicHolidays(whose, Number(day.slice(0, 4)));
    years.set(key, year);
  }
  return year.get(day.slice(5));
}

/** Days since 1970. */
function numberOf(day: Day): number {
  return Math.round(Date.parse(`${day}T00:00:00Z`) / DAY_MS);
}

function dayOf(number: number): Day {
  return new Date(number * DAY_MS).toISOString().slice(0, 10);
}

/** Monday is 0. */
function weekdayOf(day: Day): number {
  return (numberOf(day) + 3) % 7;
}

function mondayOf(day: Day): number {
  return numberOf(day) - weekdayOf(day);
}

/** The day this many days later, or earlier if negative. */
export function daysAfter(day: Day, days: number): Day {
  return dayOf(numberOf(day) + days);
}
