import type { LocalDate } from '../sun/local-time.ts';
import { weekdayOf } from '../sun/local-time.ts';

/**
 * A condition for a programme other than the calendar's default; in TALQ a calendar rule. All given conditions must
 * match.
 */
export interface CalendarRule {
  readonly name?: string;
  /** The first and the last day, of every year (`MM-DD`, may include New Year) or of one year (`YYYY-MM-DD`). */
  readonly from?: string;
  readonly to?: string;
  /** ISO weekdays of the evening, 1 for Monday to 7. */
  readonly weekdays?: readonly number[];
  /** Single days, such as a festival, a match or a market. */
  readonly dates?: readonly LocalDate[];
  /** The zones of the rule; absent: all. */
  readonly zones?: readonly string[];
  /** The name of the programme. */
  readonly programme: string;
}

/** Which programme runs in which night; the first matching rule decides. */
export interface Calendar {
  readonly rules: readonly CalendarRule[];
  readonly defaultProgramme: string;
}

/** The programme of a night in a zone, and the rule that selected it. */
export function programmeOn(
  { rules, defaultProgramme }: Calendar,
  date: LocalDate,
  zone?: string,
): { readonly programme: string; readonly rule?: CalendarRule } {
  const rule = rules.find((candidate) => holds(candidate, date, zone));
  return rule === undefined ? { programme: defaultProgramme } : { programme: rule.programme, rule };
}

function holds({ from, to, weekdays, dates, zones }: CalendarRule, date: LocalDate, zone: string | undefined): boolean {
  if (weekdays !== undefined && !weekdays.includes(weekdayOf(date))) return false;
  if (dates !== undefined && !dates.includes(date)) return false;
  if (zones !== undefined && (zone === undefined || !zones.includes(zone))) return false;
  return isWithin(date, from, to);
}

function isWithin(date: LocalDate, from: string | undefined, to: string | undefined): boolean {
  const isYearly = (from ?? to ?? '').length === 'MM-DD'.length;
  const day = isYearly ? date.slice('YYYY-'.length) : date;
  const isAfter = from === undefined || day >= from;
  const isBefore = to === undefined || day <= to;
  return from !== undefined && to !== undefined && isYearly && from > to ? isAfter || isBefore : isAfter && isBefore;
}
