import type { Board, Departure, Timetable as KnownTimetable } from '@alzette/mobility/contract';

/** Whole days, without real time. */
export type Timetable = Pick<KnownTimetable, 'from' | 'to' | 'departures'>;

/** The departures to show for stops, and their source. */
export interface Shown {
  readonly departures: readonly Departure[];
  /** `live`: the current answer of the server; `timetable`: stored on the device; `old`: an earlier answer. */
  readonly basis: 'live' | 'timetable' | 'old' | 'none';
}

/** How long an answer counts as current. */
const LIVE_MS = 90_000;
/** The server returns departures of this period; later ones come from the timetable. */
const HORIZON_MS = 90 * 60_000;
const GONE_AFTER_MS = 30_000;

/**
 * The departures from now on. They come from the server's answer, and after its end from the timetable. Without a
 * current answer they come from the stored timetable, and without that from the last answer.
 */
export function shownDepartures(
  now: number,
  board: { readonly value: Board; readonly at: number } | undefined,
  timetables: readonly Timetable[],
): Shown {
  const isAhead = ({ expected }: Departure) => Date.parse(expected) > now - GONE_AFTER_MS;
  const announced = (board?.value.departures ?? []).filter(isAhead);
  const isLive = board !== undefined && now - board.at < LIVE_MS;
  const covering = timetables.filter(({ from, to }) => Date.parse(from) <= now && now < Date.parse(to));
  if (!isLive && covering.length === 0)
    return { departures: announced, basis: announced.length === 0 ? 'none' : 'old' };
  const after = isLive ? board.at + HORIZON_MS : now - GONE_AFTER_MS;
  const planned = covering
    .flatMap(({ departures }) => departures)
    .filter((departure) => Date.parse(departure.planned) > after && isAhead(departure));
  return { departures: byTime(isLive ? [...announced, ...planned] : planned), basis: isLive ? 'live' : 'timetable' };
}

/** In order of departure, without duplicates. */
function byTime(departures: readonly Departure[]): Departure[] {
  return [...new Map(departures.map((departure) => [departure.id, departure])).values()].sort(
    (a, b) => a.expected.localeCompare(b.expected) || a.id.localeCompare(b.id),
  );
}

/** Minutes until a departure within the hour; undefined for a later one, which is shown with its time of day. */
export function minutesUntil(expected: string, now: number): number | undefined {
  const minutes = Math.floor((Date.parse(expected) - now) / 60_000);
  return minutes < 60 ? Math.max(0, minutes) : undefined;
}
