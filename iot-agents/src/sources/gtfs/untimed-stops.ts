type GtfsRow = Readonly<Record<string, string>>;

/** A call of a trip, with or without its times, in seconds. */
interface Call {
  readonly sequence: number;
  readonly stopId: string;
  readonly arrivesS: number | undefined;
  readonly departsS: number | undefined;
  /** `shape_dist_traveled`, in any unit. */
  readonly travelled: number | undefined;
}

/** The times of calls that have none, by trip and sequence. */
export type Estimates = ReadonlyMap<string, ReadonlyMap<number, number>>;

/**
 * Estimates the times of calls without one, between those before and after that have one: by the distance travelled, if
 * the feed tells it, otherwise along straight lines from stop to stop.
 *
 * @param rows of stop_times
 * @param trips with such calls
 * @param seconds reads a time
 */
export async function estimateTimes(
  rows: AsyncIterable<GtfsRow>,
  trips: ReadonlySet<string>,
  stops: readonly GtfsRow[],
  seconds: (text: string | undefined) => number | undefined,
): Promise<Estimates> {
  const places = new Map(stops.map((stop) => [stop.stop_id, [Number(stop.stop_lon), Number(stop.stop_lat)] as const]));
  const calls = new Map<string, Call[]>();
  for await (const row of rows) {
    const { trip_id: tripId = '', stop_id: stopId = '' } = row;
    if (!trips.has(tripId)) continue;
    const own = calls.get(tripId) ?? [];
    calls.set(tripId, own);
    own.push({
      sequence: Number(row.stop_sequence),
      stopId,
      arrivesS: seconds(row.arrival_time || row.departure_time),
      departsS: seconds(row.departure_time || row.arrival_time),
      travelled: row.shape_dist_traveled ? Number(row.shape_dist_traveled) : undefined,
    });
  }
  return new Map([...calls].map(([trip, own]) => [trip, estimatesOf(own, places)]));
}

type Places = ReadonlyMap<string | undefined, readonly [number, number]>;

function estimatesOf(given: readonly Call[], places: Places): ReadonlyMap<number, number> {
  const calls = given.toSorted((a, b) => a.sequence - b.sequence);
  const estimates = new Map<number, number>();
  let before: number | undefined;
  for (const [at, { departsS }] of calls.entries()) {
    if (departsS === undefined) continue;
    if (before !== undefined && at - before > 1) {
      const part = calls.slice(before, at + 1);
      const [from = 0, to = 0] = [part[0]?.departsS, part.at(-1)?.arrivesS];
      const ways = waysOf(part, places);
      const whole = ways.at(-1) ?? 0;
      for (const [place, { sequence }] of part.entries()) {
        if (place === 0 || place === part.length - 1 || to < from) continue;
        const share = whole > 0 ? (ways[place] ?? 0) / whole : place / (part.length - 1);
        estimates.set(sequence, Math.round(from + (to - from) * share));
      }
    }
    before = at;
  }
  return estimates;
}

/** How far each call is from the first; all 0: unknown. */
function waysOf(part: readonly Call[], places: Places): number[] {
  const travelled = part.map((call) => (call.travelled ?? Number.NaN) - (part[0]?.travelled ?? Number.NaN));
  if (travelled.every((way, place) => place === 0 || way >= (travelled[place - 1] ?? Number.NaN))) {
    if ((travelled.at(-1) ?? 0) > 0) return travelled;
  }
  const points = part.map(({ stopId }) => places.get(stopId));
  if (points.some((point) => point === undefined || point.some(Number.isNaN))) return part.map(() => 0);
  let way = 0;
  return points.map((point, place) => {
    const last = points[place - 1];
    if (point !== undefined && last !== undefined) way += lengthOf(last, point);
    return way;
  });
}

/** In degrees of latitude: only ratios count. */
function lengthOf([x1, y1]: readonly [number, number], [x2, y2]: readonly [number, number]): number {
  return Math.hypot((x2 - x1) * Math.cos((((y1 + y2) / 2) * Math.PI) / 180), y2 - y1);
}
