import { publicHolidays } from '@alzette/kit/calendar';
import { DateTime } from 'luxon';
import { type Position, readTimeOfDay } from '../calendar/calendar-time.ts';
import type { Calendar, Holidays } from '../contract/calendar.ts';
import { type Outcome, outcome } from './truth.ts';

/** The place and time zone for a calendar. */
export interface CalendarPlace {
  /** IANA, e.g. `Europe/Paris`. */
  readonly timeZone: string;
  readonly position: Position;
}

interface Hours {
  readonly from: number;
  readonly to: number;
}

/**
 * The days to search before it assumes that a calendar never opens again: more than a year, for calendars of holidays
 * only.
 */
const DAYS_AHEAD = 400;

/**
 * The open hours of a calendar: from its `from` to its `to` on each matching day; `to` is on the next day if it is not
 * after `from`. Days are computed on demand and cached.
 */
export class CalendarHours {
  readonly #calendar: Calendar;
  readonly #place: CalendarPlace;
  readonly #holidays: Holidays;
  readonly #days = new Map<number, Hours | undefined>();
  /** The last answer is valid until `to`, because calls are mostly about the same hours. */
  #last: { readonly from: number; readonly to: number; readonly isOpen: boolean } | undefined;

  constructor(calendar: Calendar, place: CalendarPlace, holidays: Holidays) {
    this.#calendar = calendar;
    this.#place = { ...place, timeZone: calendar.timeZone ?? place.timeZone };
    this.#holidays = calendar.holidaysOf ?? holidays;
  }

  /** Whether it is open, and the time of the next change. */
  at(time: number): Outcome {
    const last = this.#last;
    if (last !== undefined && time >= last.from && time < last.to) return outcome(last.isOpen, last.to);
    const day = this.#dayOf(time);
    const open = [day - 1, day].map((each) => this.#hoursOf(each)).find((hours) => hours && isWithin(hours, time));
    const to = open === undefined ? this.#nextOpening(day, time) : this.#closing(open, day);
    this.#last = { from: time, to, isOpen: open !== undefined };
    return outcome(open !== undefined, to);
  }

  #nextOpening(day: number, time: number): number {
    for (let next = day; next < day + DAYS_AHEAD; next++) {
      const hours = this.#hoursOf(next);
      if (hours !== undefined && hours.from > time) return hours.from;
    }
    return Number.POSITIVE_INFINITY;
  }

  /** Consecutive open days without a gap are one period. */
  #closing(open: Hours, day: number): number {
    let { to } = open;
    for (let next = day; next < day + DAYS_AHEAD; next++) {
      const hours = this.#hoursOf(next);
      if (hours === undefined || hours.from > to) {
        if (next > day) return to;
        continue;
      }
      if (hours.to > to) to = hours.to;
    }
    return Number.POSITIVE_INFINITY;
  }

  #dayOf(time: number): number {
    const local = DateTime.fromMillis(time, { zone: this.#place.timeZone });
    return Math.floor(Date.UTC(local.year, local.month - 1, local.day) / 86_400_000);
  }

  #hoursOf(day: number): Hours | undefined {
    if (!this.#days.has(day)) this.#days.set(day, this.#readHours(day));
    return this.#days.get(day);
  }

  #readHours(day: number): Hours | undefined {
    const { days, from, to, holidays } = this.#calendar;
    const utc = new Date(day * 86_400_000);
    const local = DateTime.fromObject(
      { year: utc.getUTCFullYear(), month: utc.getUTCMonth() + 1, day: utc.getUTCDate() },
      { zone: this.#place.timeZone },
    );
    if (days !== undefined && !days.includes(local.weekday)) return undefined;
    const isHoliday = publicHolidays(this.#holidays, local.year).has(local.toFormat('MM-dd'));
    if ((holidays === 'skip' && isHoliday) || (holidays === 'only' && !isHoliday)) return undefined;
    const start = timeOf(from, local, this.#place.position) ?? local.toMillis();
    const end = timeOf(to, local, this.#place.position) ?? local.plus({ days: 1 }).toMillis();
    if (end > start) return { from: start, to: end };
    return { from: start, to: timeOf(to, local.plus({ days: 1 }), this.#place.position) ?? end };
  }
}

function timeOf(text: string | undefined, day: DateTime, position: Position): number | undefined {
  return text === undefined ? undefined : readTimeOfDay(text)?.(day, position);
}

function isWithin({ from, to }: Hours, time: number): boolean {
  return time >= from && time < to;
}
