import { publicHolidays } from '@alzette/kit/calendar';
import { DateTime } from 'luxon';
import type { Calendar, Holidays } from '../calendar/calendar.ts';
import { type Position, readTimeOfDay } from '../calendar/calendar-time.ts';
import { type Outcome, outcome } from './truth.ts';

/** Where and when a calendar is read. */
export interface CalendarPlace {
  /** IANA, e.g. `Europe/Paris`. */
  readonly timeZone: string;
  readonly position: Position;
}

interface Hours {
  readonly from: number;
  readonly to: number;
}

/** So far it looks for hours before it takes it that none come any more: over a year, for what only holidays have. */
const DAYS_AHEAD = 400;

/**
 * When a calendar is open: from its `from` to its `to` of each day that fits, which is the next day's where it is not after
 * `from`. Days are found as they are asked for, and kept.
 */
export class CalendarHours {
  readonly #calendar: Calendar;
  readonly #place: CalendarPlace;
  readonly #holidays: Holidays;
  readonly #days = new Map<number, Hours | undefined>();
  /** What was last answered holds until `to`: calendars are mostly asked about the same hours again. */
  #last: { readonly from: number; readonly to: number; readonly isOpen: boolean } | undefined;

  constructor(calendar: Calendar, place: CalendarPlace, holidays: Holidays) {
    this.#calendar = calendar;
    this.#place = { ...place, timeZone: calendar.timeZone ?? place.timeZone };
    this.#holidays = calendar.holidaysOf ?? holidays;
  }

  /** Whether it is open, and when that changes. */
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

  /** Days that follow each other without a gap are open as one. */
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
