import type { TerritoryInfo, TerritoryShapes } from '@alzette/kit/service';
import type { LonLat } from '@alzette/ngsi-ld-schemas/geo';
import { DateTime } from 'luxon';
import { readOpeningHours } from '../centres/opening-hours.ts';
import type { Container, Plan, Tour, WasteSettings } from '../contract/contract.ts';
import { distancesBetween } from '../places/road-graph.ts';
import { planRounds } from '../rounds/plan-rounds.ts';
import { arrivals, lengthOf, type Problem } from '../rounds/problem.ts';

export type TourPlan = Pick<Plan, 'tours' | 'left'>;

export interface TourOptions {
  readonly settings: WasteSettings;
  /** `YYYY-MM-DD`, local. */
  readonly day: string;
  /** Ids of containers that can't be reached, in addition to those marked as inaccessible. */
  readonly inaccessible?: readonly string[];
  readonly withinMs?: number;
}

const DRIVING_SEARCH_MS = 1_100;
/** Assumed if the level is unknown. */
const UNKNOWN_LEVEL = 0.7;

/** Plans rounds of lorries from the depot past the containers, with times. */
export function planTours(
  territory: Pick<TerritoryInfo, 'bbox' | 'timeZone'> & Pick<TerritoryShapes, 'streets'>,
  containers: readonly Container[],
  { settings, day, inaccessible = [], withinMs = DRIVING_SEARCH_MS }: TourOptions,
): TourPlan {
  const placed = containers.filter(
    (container): container is Container & { position: LonLat } => container.position !== undefined,
  );
  const depot = settings.depot ?? middleOf(territory.bbox);
  const distances = distancesBetween([depot, ...placed.map(({ position }) => position)], {
    streets: territory.streets,
    detour: settings.detour,
  });
  const noon = DateTime.fromISO(day, { zone: territory.timeZone });
  const [hour = 6, minute = 0] = settings.start.split(':').map(Number);
  const start = noon.set({ hour, minute }).toSeconds();
  const problem: Problem = {
    stops: placed.map(({ id, level = UNKNOWN_LEVEL, hours, isAccessible }) => ({
      demand: Math.max(0.05, level),
      service: settings.minutesPerStop * 60,
      ...(hours !== undefined && { open: windowsOf(hours, noon) }),
      isInaccessible: !isAccessible || inaccessible.includes(id),
    })),
    capacity: settings.capacity,
    distance: (from, to) => distances[from]?.[to] ?? 0,
    timeOf: (metres) => metres / (settings.speed / 3.6),
    start,
    end: start + settings.longest * 3600,
  };
  const { rounds, left } = planRounds(problem, { withinMs });
  return {
    tours: rounds.map((round) => tourOf(problem, round, placed, settings)),
    left: [
      ...left.map(({ stop, reason }) => ({ ...named(placed[stop] as Container), reason })),
      ...containers
        .filter(({ position }) => position === undefined)
        .map((one) => ({ ...named(one), reason: 'noPosition' as const })),
    ],
  };
}

function tourOf(
  problem: Problem,
  round: readonly number[],
  placed: readonly (Container & { position: LonLat })[],
  { co2PerKm }: WasteSettings,
): Tour {
  const times = arrivals(problem, round) ?? [];
  const km = lengthOf(problem, round) / 1000;
  const back = times.at(-1) ?? problem.start ?? 0;
  return {
    stops: round.map((stop, i) => {
      const { id, name, commune, kind, position, level = UNKNOWN_LEVEL } = placed[stop] as (typeof placed)[number];
      const arrival = iso(times[i] ?? 0);
      return { container: id, name, ...(commune !== undefined && { commune }), kind, position, level, arrival };
    }),
    km: Math.round(km * 10) / 10,
    minutes: Math.round((back - (problem.start ?? 0)) / 60),
    co2: Math.round(km * co2PerKm * 10) / 10,
    back: iso(back),
    load: Math.round(round.reduce((sum, stop) => sum + (problem.stops[stop]?.demand ?? 0), 0) * 10) / 10,
  };
}

/** Time windows for lorries on a day; hours in an unknown format are ignored. */
function windowsOf(hours: string, noon: DateTime): [number, number][] {
  const read = readOpeningHours([hours]);
  if (read === undefined) return [[0, Number.POSITIVE_INFINITY]];
  return (read.byDay[noon.weekday - 1] ?? []).map(([from, to]) => [at(noon, from), at(noon, to)]);
}

function at(day: DateTime, minutes: number): number {
  return day
    .set({ hour: Math.min(23, Math.floor(minutes / 60)), minute: minutes >= 1440 ? 59 : minutes % 60 })
    .toSeconds();
}

function named({ id, name }: Container) {
  return { container: id, name };
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

export function middleOf([west, south, east, north]: readonly [number, number, number, number]): LonLat {
  return [(west + east) / 2, (south + north) / 2];
}
