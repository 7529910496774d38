import { type HourUse, median } from '@alzette/kit/forecasting';

/** A night: the lowest and the mean of its hourly values. */
export interface Night {
  readonly day: number;
  readonly least: number;
  readonly mean: number;
}

/** A load or a flow at night that was not there before. */
export interface NightFault {
  /** Its first night, days since 1970. */
  readonly since: number;
  /** The night after which it was confirmed. */
  readonly found: number;
  /** Its last night; absent: it is not over. */
  readonly until?: number;
  /** The excess over the usual, per hour. */
  readonly excess: number;
}

interface Rule {
  /** The value of a night that the rule compares. */
  readonly of: 'least' | 'mean';
  /** The lowest excess that counts, per hour. */
  readonly floor: number;
  /** The lowest excess in spreads of usual nights, and as a share of the usual value. */
  readonly spreads: number;
  readonly share: number;
  /** Consecutive nights until a fault is confirmed, and until it is over. */
  readonly nights: number;
  readonly ended: number;
}

/**
 * A leak: on three nights in a row, even the hour with the lowest flow has more than usual (minimum night flow). m³ per
 * hour.
 */
export const LEAK: Rule = { of: 'least', floor: 0.002, spreads: 4, share: 0.25, nights: 3, ended: 2 };
/** A raised base load: a device was left on, or is defective. kWh per hour. */
export const BASELOAD: Rule = { of: 'mean', floor: 0.15, spreads: 3.5, share: 0.12, nights: 4, ended: 3 };

const NIGHT = { from: 1, to: 5 };
const KNOWN_HOURS = 3;
/** The number of earlier nights that define the usual, and the minimum for a result. */
const USUAL_NIGHTS = 42;
export const MIN_NIGHTS = 14;

/** The nights with enough known hours. A night belongs to the day on which it ends. */
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

/** Leaks or raised base loads, in order. The usual value is computed from nights without a fault. */
export function nightFaults(nights: readonly Night[], rule: Rule): NightFault[] {
  const faults: NightFault[] = [];
  const usual: number[] = [];
  let suspected: { night: Night; excess: number }[] = [];
  let open: { since: number; found: number; excess: number; level: number; quiet: number; last: number } | undefined;
  for (const night of nights) {
    const value = night[rule.of];
    const limit = usual.length < MIN_NIGHTS ? undefined : limitOf(usual, rule);
    if (open !== undefined) {
      // A fault is over when the value falls below the usual plus half the excess.
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

/** More than the resolution of a meter, m³ per hour. */
const FLOWS = 0.002;

/**
 * Water that has not stopped in any hour of the last nights, as with a leak that was there from the first day, which no
 * usual value shows. Undefined: it stops, or there are too few nights.
 */
export function neverStops(nights: readonly Night[]): { readonly since: number; readonly least: number } | undefined {
  const stopped = nights.findLastIndex(({ least }) => least < FLOWS);
  const flowing = nights.slice(stopped + 1);
  const [first] = flowing;
  if (first === undefined || flowing.length < MIN_NIGHTS) return undefined;
  return { since: first.day, least: Math.min(...flowing.map(({ least }) => least)) };
}

function limitOf(usual: readonly number[], { floor, spreads, share }: Rule): { usual: number; at: number } {
  const middle = median(usual);
  const spread = 1.4826 * median(usual.map((value) => Math.abs(value - middle)));
  return { usual: middle, at: middle + Math.max(floor, spreads * spread, share * middle) };
}
