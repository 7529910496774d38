import type { FeedEntity, StopTimeEvent, StopTimeUpdate, TripUpdate } from './feed-message.ts';
import { CANCELED, NO_DATA, SKIPPED } from './feed-message.ts';
import { runId } from './frequencies.ts';
import type { PlannedDeparture } from './timetable-rows.ts';

/** Real-time data for a planned departure; undefined: none. */
type RealTime = { readonly cancelled: true } | { readonly delayS: number } | undefined;

/** Trip updates by trip. */
interface RealTimes {
  of(planned: PlannedDeparture, plannedMs: number): RealTime;
}

/** Trips with updates that identify a stop by id instead of its sequence number. */
export function tripsWithoutSequence(entities: readonly FeedEntity[]): string[] {
  return entities.flatMap(({ tripUpdate }) => {
    const lacks = tripUpdate?.stopTimeUpdate?.some(({ stopSequence }) => stopSequence === undefined) === true;
    const { tripId, startTime } = tripUpdate?.trip ?? {};
    if (!lacks || tripId === undefined) return [];
    return startTime === undefined ? [tripId] : [tripId, runId(tripId, startTime)];
  });
}

/**
 * `sequences`: the sequence numbers of stops in trips, by `<trip> <stop>`. A delay also applies to the following stops,
 * up to the next one with data.
 */
export function realTimes(entities: readonly FeedEntity[], sequences: ReadonlyMap<string, number>): RealTimes {
  const updates = new Map<string, TripUpdate>();
  for (const { tripUpdate, isDeleted } of entities) {
    const { tripId, startDate, startTime } = tripUpdate?.trip ?? {};
    if (tripUpdate === undefined || tripId === undefined || isDeleted === true) continue;
    updates.set(`${startDate ?? ''} ${tripId}`, tripUpdate);
    if (startTime !== undefined) updates.set(`${startDate ?? ''} ${runId(tripId, startTime)}`, tripUpdate);
  }
  return {
    of(planned, plannedMs) {
      const { day, tripId } = planned;
      const update = updates.get(`${day} ${tripId}`) ?? updates.get(` ${tripId}`);
      if (update === undefined) return undefined;
      if (update.trip.scheduleRelationship === CANCELED) return { cancelled: true };
      let last: { sequence: number; stop: StopTimeUpdate } | undefined;
      for (const stop of update.stopTimeUpdate ?? []) {
        const sequence = stop.stopSequence ?? sequences.get(`${tripId} ${stop.stopId}`);
        if (sequence === undefined || sequence > planned.sequence) continue;
        if (last === undefined || sequence >= last.sequence) last = { sequence, stop };
      }
      if (last === undefined) return update.delay === undefined ? undefined : { delayS: update.delay };
      const { sequence, stop } = last;
      const isHere = sequence === planned.sequence;
      if (stop.scheduleRelationship === SKIPPED) return isHere ? { cancelled: true } : undefined;
      if (stop.scheduleRelationship === NO_DATA) return undefined;
      return delayOf(stop.departure ?? stop.arrival, isHere ? plannedMs : undefined, update.delay);
    },
  };
}

/** An absolute time gives a delay only if the planned time of that stop is known. */
function delayOf(
  event: StopTimeEvent | undefined,
  plannedMs: number | undefined,
  ofTrip: number | undefined,
): RealTime {
  if (event?.time !== undefined && plannedMs !== undefined) return { delayS: event.time - plannedMs / 1000 };
  const delayS = event?.delay ?? ofTrip;
  return delayS === undefined ? undefined : { delayS };
}
