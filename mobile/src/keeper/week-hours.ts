import { CLOSURE, DAYS, dateOf, monthDay } from '../components/opening-hours.ts';

/** The hours of a day, `08:00`; empty: closed. */
export interface DayHours {
  from: string;
  to: string;
  /** After a break. */
  fromAgain: string;
  toAgain: string;
}

/** Opening hours as a form asks for them. */
export interface WeekHours {
  days: DayHours[];
  isClosedOnHolidays: boolean;
  /** The first and last day of a closure, `2026-12-02`; empty: none. */
  closedFrom: string;
  closedTo: string;
}

const RANGE = /^(\d\d:\d\d)-(\d\d:\d\d)$/;
const DAY_MS = 86_400_000;

export function emptyWeek(): WeekHours {
  const days = DAYS.map(() => ({ from: '', to: '', fromAgain: '', toAgain: '' }));
  return { days, isClosedOnHolidays: false, closedFrom: '', closedTo: '' };
}

/** Parses a text such as `Mo-Fr 08:00-12:00,14:00-18:00; PH off`. Undefined: the form has no fields for what it says. */
export function weekOf(text: string): WeekHours | undefined {
  const week = emptyWeek();
  for (const rule of text.split(';').map((each) => each.trim())) {
    const closure = CLOSURE.exec(rule);
    if (rule === '') continue;
    if (rule === 'PH off') week.isClosedOnHolidays = true;
    else if (closure) {
      const [, from = '', to = from] = closure;
      [week.closedFrom, week.closedTo] = [dateOf(from), dateOf(to)];
    } else if (!takeRule(week, rule)) return undefined;
  }
  return week;
}

function takeRule({ days }: WeekHours, rule: string): boolean {
  const [names = '', ...times] = rule.split(/\s+/);
  const ranges = times
    .join('')
    .split(',')
    .map((each) => RANGE.exec(each));
  if (ranges.length > 2) return false;
  for (const part of names.split(',')) {
    const [first = -1, last = first] = part.split('-').map((name) => DAYS.indexOf(name));
    if (first < 0 || last < first) return false;
    for (const day of days.slice(first, last + 1)) {
      for (const [, from, to] of ranges.map((each) => each ?? [])) {
        if (from === undefined || to === undefined) return false;
        if (day.from === '') [day.from, day.to] = [from, to];
        else if (day.fromAgain === '') [day.fromAgain, day.toAgain] = [from, to];
        else return false;
      }
    }
  }
  return true;
}

/** In the format of OpenStreetMap. Days with the same hours are written together. */
export function textOf({ days, isClosedOnHolidays, closedFrom, closedTo }: WeekHours): string {
  const hours = days.map(({ from, to, fromAgain, toAgain }) =>
    [
      [from, to],
      [fromAgain, toAgain],
    ]
      .filter(([begins, ends]) => begins !== '' && ends !== '')
      .map((range) => range.join('-'))
      .join(),
  );
  const rules: string[] = [];
  for (let first = 0; first < hours.length; ) {
    let last = first;
    while (hours[last + 1] === hours[first]) last += 1;
    const names = first === last ? DAYS[first] : `${DAYS[first]}-${DAYS[last]}`;
    if (hours[first] !== '') rules.push(`${names} ${hours[first]}`);
    first = last + 1;
  }
  if (isClosedOnHolidays) rules.push('PH off');
  if (closedFrom !== '' && closedTo !== '') {
    const [from, to] = [monthDay(closedFrom), monthDay(closedTo)];
    rules.push(`${from === to ? from : `${from}-${to}`} off`);
  }
  return rules.join('; ');
}

/** Where one time is missing, or a closure ends before it begins: the number of the day, or `closure`. */
export function faultOf({ days, closedFrom, closedTo }: WeekHours): number | 'closure' | undefined {
  const day = days.findIndex(
    ({ from, to, fromAgain, toAgain }) =>
      (from === '') !== (to === '') || (fromAgain === '') !== (toAgain === '') || (from === '' && fromAgain !== ''),
  );
  if (day !== -1) return day;
  return (closedFrom === '') !== (closedTo === '') || closedTo < closedFrom ? 'closure' : undefined;
}

/** The days from one day to the end of its week. */
export function restOfWeek(today: string): { readonly from: string; readonly to: string } {
  const at = Date.parse(today);
  const daysLeft = (7 - new Date(at).getUTCDay()) % 7;
  return { from: today, to: new Date(at + daysLeft * DAY_MS).toISOString().slice(0, 10) };
}
