import { SourceError } from '../../outgoing/remote-error.ts';

/** A run of a trip that leaves again and again: its name, and how much later than its pattern it is. */
export interface Run {
  readonly id: string;
  readonly laterS: number;
}

/** Runs of one trip; a metro that leaves each minute has 1,440 a day. */
const MAX_RUNS = 3_000;

/** The name of the run of a trip that leaves its first stop at a time (`HH:MM:SS`), as real time names it by both. */
export function runId(tripId: string, startTime: string): string {
  const [hours = '', ...rest] = startTime.trim().split(':');
  return [tripId, [hours.padStart(2, '0'), ...rest].join(':')].join(' ');
}

/**
 * Runs of the trips that frequencies.txt names, by trip.
 *
 * @param begins when the pattern of a trip leaves its first stop, in seconds of the day of service
 * @throws SourceError: a row that would make no end of them
 */
export async function readRuns(
  rows: AsyncIterable<Readonly<Record<string, string>>>,
  seconds: (text: string | undefined) => number | undefined,
  begins: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<string, readonly Run[]>> {
  const runs = new Map<string, Run[]>();
  for await (const { trip_id: tripId = '', start_time, end_time, headway_secs } of rows) {
    const begin = begins.get(tripId);
    if (begin === undefined) continue;
    const [from, to, headway] = [seconds(start_time), seconds(end_time), Number(headway_secs)];
    const known = runs.get(tripId) ?? [];
    if (from === undefined || to === undefined || !(headway > 0) || (to - from) / headway + known.length > MAX_RUNS) {
      const got = `${start_time} to ${end_time} every ${headway_secs} s`;
      throw new SourceError(`frequencies.txt: trip ${tripId} leaves ${got}, expected at most ${MAX_RUNS} times`);
    }
    for (let at = from; at < to; at += headway) known.push({ id: runId(tripId, clock(at)), laterS: at - begin });
    runs.set(tripId, known);
  }
  return runs;
}

function clock(seconds: number): string {
  const parts = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}
