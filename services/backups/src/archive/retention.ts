import { timeOf } from './manifest.ts';

/** The number of days, weeks and months of which the latest backup is kept. */
export interface Retention {
  readonly days: number;
  readonly weeks: number;
  readonly months: number;
}

const DAY_MS = 86_400_000;
const TEXT = /^(\d{1,4})d (\d{1,3})w (\d{1,3})m$/;

/** Parses `7d 5w 12m`; undefined if the form is wrong or it keeps nothing. */
export function readRetention(text: string): Retention | undefined {
  const [, days, weeks, months] = (TEXT.exec(text) ?? []).map(Number);
  if (days === undefined || weeks === undefined || months === undefined) return undefined;
  return days + weeks + months > 0 ? { days, weeks, months } : undefined;
}

/** The names of expired backups. The latest of each of the last days, weeks and months stays, and always the newest. */
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

/** Weeks begin on Monday. */
function weekOf(time: Date): string {
  const sinceMonday = (time.getUTCDay() + 6) % 7;
  return dayOf(new Date(time.getTime() - sinceMonday * DAY_MS));
}

function monthOf(time: Date): string {
  return time.toISOString().slice(0, 7);
}
