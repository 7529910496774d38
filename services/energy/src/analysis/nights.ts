import { type HourUse, median } from '@alzette/kit/forecasting';

/** A night: the least and the mean of its hours, per hour. */
export interface Night {
  readonly day: number;
  readonly least: number;
  readonly mean: number;
}

/** Something that runs at night and did not before. */
export interface NightFault {
  /** The first of its nights, days since 1970. */
  readonly since: number;
  /** The night after which it was certain. */
  readonly found: number;
  /** Its last night; absent: it goes on. */
  readonly until?: number;
  /** Above the usual, per hour. */
  readonly excess: number;
}

interface Rule {
  /** What of a night counts. */
  readonly of: 'least' | 'mean';
  /** Excess that is nothing, per hour. */
  readonly floor: number;
  /** In spreads of usual nights, and as a share of the usual. */
  readonly spreads: number;
  readonly share: number;
  /** Nights in a row until it is certain, and until it is over. */
  readonly nights: number;
  readonly ended: number;
}

/**
 * A leak: even in the hour of the night in which least flows, more flows than usual, three nights in a row (minimum night
 * flow). m³ an hour.
 */
export const LEAK: Rule = { of: 'least', floor: 0.008, spreads: 4, share: 0.25, nights: 3, ended: 2 };
/** A raised baseload: something has been left on, or has broken. kWh an hour. */
export const BASELOAD: Rule = { of: 'mean', floor: 0.15, spreads: 3.5, share: 0.12, nights: 4, ended: 3 };

const NIGHT = { from: 1, to: 5 };
const KNOWN_HOURS = 3;
/** Usual nights that are looked back on, and without which nothing is said. */
const USUAL_NIGHTS = 42;
export const LEAST_NIGHTS = 14;

/** The nights of which enough hours are known; each is that of the day on which it ends. */
export function nightsOf(hours: readonly HourUse[]): Night[] {
  const nights = new Map<number, number[]>();
  for (const { day, hour, used } of hours) {
    if (hour < NIGHT.from || hour >= NIGHT.to) continue;
    const own = nights.get(day) ?? [];
    nights.set(day, own);
    own.push(used);
  }
  return [...nights]
    .filter(([, uses]) => uses.length >= KNOWN_HOURS)
    .map(([day, uses]) => ({
      day,
      least: Math.min(...uses),
      mean: uses.reduce((sum, used) => sum + used, 0) / uses.length,
    }))
    .sort((a, b) => a.day - b.day);
}

/** Leaks or raised baseloads among nights, in their order. What is usual is learned from nights without a fault. */
export function nightFaults(nights: readonly Night[], rule: Rule): NightFault[] {
  const faults: NightFault[] = [];
  const usual: number[] = [];
  let suspected: { night: Night; excess: number }[] = [];
  let open: { since: number; found: number; excess: number; level: number; quiet: number; last: number } | undefined;
  for (const night of nights) {
    const value = night[rule.of];
    const limit = usual.length < LEAST_NIGHTS ? undefined : limitOf(usual, rule);
    if (open !== undefined) {
      // Over once it is back near the usual, half the excess above it at most.
      const isQuiet = value < open.level + open.excess / 2;
      open = { ...open, quiet: isQuiet ? open.quiet + 1 : 0, last: isQuiet ? open.last : night.day };
      if (open.quiet >= rule.ended) {
        faults.push({ since: open.since, found: open.found, until: open.last, excess: open.excess });
        open = undefined;
      }
      continue;
    }
    if (limit === undefined || value <= limit.at) {
      for (const { night: each } of suspected) usual.push(each[rule.of]);
      suspected = [];
      usual.push(value);
      if (usual.length > USUAL_NIGHTS) usual.splice(0, usual.length - USUAL_NIGHTS);
      continue;
    }
    suspected.push({ night, excess: value - limit.usual });
    if (suspected.length < rule.nights) continue;
    const excess = median(suspected.map((each) => each.excess));
    const since = suspected[0]?.night.day ?? night.day;
    open = { since, found: night.day, excess, level: limit.usual, quiet: 0, last: night.day };
    suspected = [];
  }
  if (open !== undefined) faults.push({ since: open.since, found: open.found, excess: open.excess });
  return faults;
}

function limitOf(usual: readonly number[], { floor, spreads, share }: Rule): { usual: number; at: number } {
  const middle = median(usual);
  const spread = 1.4826 * median(usual.map((value) => Math.abs(value - middle)));
  return { usual: middle, at: middle + Math.max(floor, spreads * spread, share * middle) };
}
