/** A routing problem. Distances and times may have any unit, e.g. metres and seconds. */
export interface Problem {
  readonly stops: readonly Stop[];
  /** The capacity of a lorry. */
  readonly capacity: number;
  /** Between places: 0 is the depot, n + 1 is stop n. Symmetric or not. */
  readonly distance: (from: number, to: number) => number;
  /** The driving time of a distance; absent: times are ignored. */
  readonly timeOf?: (distance: number) => number;
  /** When a lorry leaves the depot, and when it must be back. */
  readonly start?: number;
  readonly end?: number;
}

export interface Stop {
  readonly demand: number;
  /** The service time. */
  readonly service?: number;
  /** Time windows: the service must begin within one of them. */
  readonly open?: readonly (readonly [from: number, to: number])[];
  readonly isInaccessible?: boolean;
}

/** The length of a round, from the depot and back. */
export function lengthOf({ distance }: Problem, round: readonly number[]): number {
  let [length, at] = [0, 0];
  for (const stop of round) {
    length += distance(at, stop + 1);
    at = stop + 1;
  }
  return length + distance(at, 0);
}

/**
 * The start of each service, and the arrival at the depot; undefined: a stop is closed at that time, or it is too late.
 */
export function arrivals(problem: Problem, round: readonly number[]): number[] | undefined {
  const { stops, distance, timeOf, start = 0, end = Number.POSITIVE_INFINITY } = problem;
  if (timeOf === undefined) return round.map(() => start);
  const times: number[] = [];
  let [time, at] = [start, 0];
  for (const stop of round) {
    const { service = 0, open } = stops[stop] as Stop;
    time += timeOf(distance(at, stop + 1));
    if (open !== undefined) {
      const window = open.find(([, to]) => time <= to);
      if (window === undefined) return undefined;
      time = Math.max(time, window[0]);
    }
    times.push(time);
    time += service;
    at = stop + 1;
  }
  time += timeOf(distance(at, 0));
  return time > end ? undefined : [...times, time];
}

export function loadOf({ stops }: Problem, round: readonly number[]): number {
  return round.reduce((sum, stop) => sum + (stops[stop] as Stop).demand, 0);
}

/** Whether times limit the order of stops. */
export function isTimed({ stops, timeOf, end }: Problem): boolean {
  return timeOf !== undefined && (end !== undefined || stops.some(({ open }) => open !== undefined));
}

export function isFeasible(problem: Problem, round: readonly number[]): boolean {
  return loadOf(problem, round) <= problem.capacity && (!isTimed(problem) || arrivals(problem, round) !== undefined);
}
