import type { ShownCollection as Collection, ShownSector } from '@alzette/waste/contract';

export type { Collection };

export interface Collections {
  readonly sector: ShownSector;
  readonly collections: readonly Collection[];
}

/** A day with all of its collections. */
export interface CollectionDay {
  readonly day: string;
  readonly collections: readonly Collection[];
  /** From the first of them that was moved due to a public holiday. */
  readonly shifted?: { readonly from: string; readonly holiday?: string };
}

/** The days from `today` on, each with all of its collections. */
export function collectionDays(collections: readonly Collection[], today: string): CollectionDay[] {
  const days = new Map<string, Collection[]>();
  for (const collection of collections) {
    if (collection.day < today) continue;
    const own = days.get(collection.day) ?? [];
    days.set(collection.day, own);
    own.push(collection);
  }
  return [...days]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([day, own]) => {
      const moved = own.find(({ shiftedFrom }) => shiftedFrom !== undefined);
      return {
        day,
        collections: own,
        ...(moved?.shiftedFrom && {
          shifted: { from: moved.shiftedFrom, ...(moved.holiday && { holiday: moved.holiday }) },
        }),
      };
    });
}

/** The next collection day. Today counts until noon, because the lorry comes in the morning. */
export function nextDay(days: readonly CollectionDay[], today: string, hour: number): CollectionDay | undefined {
  return days.find(({ day }) => day > today || (day === today && hour < COLLECTED_BY));
}

const COLLECTED_BY = 12;

/** The days by month, in order. */
export function byMonth(days: readonly CollectionDay[]): { readonly month: string; readonly days: CollectionDay[] }[] {
  const months: { month: string; days: CollectionDay[] }[] = [];
  for (const each of days) {
    const month = each.day.slice(0, 7);
    const last = months.at(-1);
    if (last?.month === month) last.days.push(each);
    else months.push({ month, days: [each] });
  }
  return months;
}

/** Whole days from one day to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}
