import { DateTime } from 'luxon';

/** Opening hours, parsed from a text such as `Mo-Fr 09:00-12:00,14:00-18:00`. */
export interface OpeningHours {
  /** Minutes of the day, by weekday (Monday is 0). */
  readonly byDay: readonly (readonly (readonly [from: number, to: number])[])[];
  /** False: closed on public holidays (`PH off`). */
  readonly onHolidays: boolean;
}

const DAYS = ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'];
const RANGE = /^([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$/;
const LOOK_DAYS = 8;

/** Parses texts of schema.org's `openingHours`. Undefined: one of them has another format. */
export function readOpeningHours(texts: readonly string[]): OpeningHours | undefined {
  const byDay: (readonly [number, number])[][] = DAYS.map(() => []);
  let onHolidays = true;
  for (const text of texts.flatMap((each) => each.split(';')).map((each) => each.trim())) {
    if (text === '') continue;
    if (text === 'PH off') {
      onHolidays = false;
      continue;
    }
    const [names = '', ...hours] = text.split(/\s+/);
    const days = daysOf(names);
    const ranges = hours.join('').split(',').map(rangeOf);
    if (days === undefined || ranges.includes(undefined)) return undefined;
    for (const day of days) byDay[day]?.push(...(ranges as [number, number][]));
  }
  return { byDay: byDay.map((ranges) => ranges.toSorted(([a], [b]) => a - b)), onHolidays };
}

function daysOf(names: string): number[] | undefined {
  const days: number[] = [];
  for (const part of names.split(',')) {
    const [first = -1, last = -1] = part.split('-').map((name) => DAYS.indexOf(name));
    if (first < 0 || (part.includes('-') && last < 0)) return undefined;
    const count = part.includes('-') ? ((last - first + 7) % 7) + 1 : 1;
    for (let i = 0; i < count; i += 1) days.push((first + i) % 7);
  }
  return days;
}

function rangeOf(text: string): [number, number] | undefined {
  const match = RANGE.exec(text);
  if (match === null) return undefined;
  const [, fromHour, fromMinute, toHour, toMinute] = match.map(Number) as [number, number, number, number, number];
  const [from, to] = [fromHour * 60 + fromMinute, toHour * 60 + toMinute];
  return to > from ? [from, to] : undefined;
}

/** Whether it is open at an instant, and the next change within eight days. */
export function openAt(
  { byDay, onHolidays }: OpeningHours,
  at: Date,
  timeZone: string,
  isHoliday: (day: string) => boolean,
): { readonly open: boolean; readonly changesAt?: Date } {
  const local = DateTime.fromJSDate(at, { zone: timeZone });
  const edges: { readonly at: number; readonly opens: boolean }[] = [];
  for (let ahead = -1; ahead < LOOK_DAYS; ahead += 1) {
    const day = local.startOf('day').plus({ days: ahead });
    if (!onHolidays && isHoliday(day.toISODate() ?? '')) continue;
    for (const [from, to] of byDay[day.weekday - 1] ?? []) {
      edges.push({ at: timeOf(day, from), opens: true }, { at: timeOf(day, to), opens: false });
    }
  }
  const open = edges.filter((edge) => edge.at <= at.getTime()).at(-1)?.opens ?? false;
  const next = edges.find((edge) => edge.at > at.getTime() && edge.opens !== open);
  return { open, ...(next && { changesAt: new Date(next.at) }) };
}

function timeOf(day: DateTime, minutes: number): number {
  return day.set({ hour: Math.floor(minutes / 60), minute: minutes % 60 }).toMillis();
}
