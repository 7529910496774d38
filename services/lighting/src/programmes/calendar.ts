import type { CalendarRule } from '../contract/contract.ts';
import type { LocalDate } from '../sun/local-time.ts';
import { weekdayOf } from '../sun/local-time.ts';

/** Which programme runs in which night; the first matching rule decides. */
export interface Calendar {
  readonly rules: readonly CalendarRule[];
  readonly defaultProgramme: string;
}

/** The programme of a night, and the rule that selected it. @param zones those that contain the lamp, e.g. its commune and street */
export function programmeOn(
  { rules, defaultProgramme }: Calendar,
  date: LocalDate,
  zones: readonly string[] = [],
): { readonly programme: string; readonly rule?: CalendarRule } {
  const rule = rules.find((candidate) => holds(candidate, date, zones));
  return rule === undefined ? { programme: defaultProgramme } : { programme: rule.programme, rule };
}

function holds(rule: CalendarRule, date: LocalDate, within: readonly string[]): boolean {
  const { from, to, weekdays, dates, zones } = rule;
  if (weekdays !== undefined && !weekdays.includes(weekdayOf(date))) return false;
  if (dates !== undefined && !dates.includes(date)) return false;
  if (zones !== undefined && !zones.some((zone) => within.includes(zone))) return false;
  return isWithin(date, from, to);
}

function isWithin(date: LocalDate, from: string | undefined, to: string | undefined): boolean {
  const isYearly = (from ?? to ?? '').length === 'MM-DD'.length;
  const day = isYearly ? date.slice('YYYY-'.length) : date;
  const isAfter = from === undefined || day >= from;
  const isBefore = to === undefined || day <= to;
  return from !== undefined && to !== undefined && isYearly && from > to ? isAfter || isBefore : isAfter && isBefore;
}
