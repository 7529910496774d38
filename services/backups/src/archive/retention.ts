import { timeOf } from './manifest.ts';

/** How many days, weeks and months have a backup each: the latest of each. */
export interface Retention {
  readonly days: number;
  readonly weeks: number;
  readonly months: number;
}

const DAY_MS = 86_400_000;
const TEXT = /^(\d{1,4})d (\d{1,3})w (\d{1,3})m$/;

/** `7d 5w 12m`; undefined: it is not of that form, or keeps nothing. */
export function readRetention(text: string): Retention | undefined {
  const [, days, weeks, months] = (TEXT.exec(text) ?? []).map(Number);
  if (days === undefined || weeks === undefined || months === undefined) return undefined;
  return days + weeks + months > 0 ? { days, weeks, months } : undefined;
}

/** Which backups go, so that the latest of each of so many days, weeks and months stay, and the newest of all. */
export function outlived(names: readonly string[], { days, weeks, months }: Retention): string[] {
  const newestFirst = [...names].sort().reverse();
  const kept = new Set(newestFirst.slice(0, 1));
  for (const [periodOf, most] of [
    [dayOf, days],
    [weekOf, weeks],
    [monthOf, months],
  ] as const) {
    const seen = new Set<string>();
    for (const name of newestFirst) {
      const period = periodOf(timeOf(name));
      if (seen.has(period)) continue;
      if (seen.size === most) break;
      seen.add(period);
      kept.add(name);
    }
  }
  return names.filter((name) => !kept.has(name));
}

function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

/** Of weeks that begin on Monday. */
function weekOf(time: Date): string {
  const sinceMonday = (time.getUTCDay() + 6) % 7;
  return dayOf(new Date(time.getTime() - sinceMonday * DAY_MS));
}

function monthOf(time: Date): string {
  return time.toISOString().slice(0, 7);
}
