import type { Entity } from '@alzette/ngsi-ld-schemas';
import { DateTime } from 'luxon';
import type { Database } from '../../database.ts';
import { SourceError } from '../../outgoing/remote-error.ts';
import type { HarvestedItem } from '../items/harvest.ts';
import { contentHash } from '../items/item-mapper.ts';
import type { FeedEntity } from './feed-message.ts';
import { gtfsUrn } from './gtfs-source.ts';
import { realTimes, tripsWithoutSequence } from './real-time.ts';
import { startOfService } from './service-day.ts';
import type { PlannedDeparture } from './timetable-rows.ts';
import { findFeed, plannedDepartures, sequencesOf, timeZoneOf } from './timetable-rows.ts';

/** The longest delay with which a trip is still considered. */
const LATEST_S = 2 * 3600;
/** A departure is shown one minute longer than it lasts. */
const SHOWN_AFTER_MS = 60_000;

/** The real-time state of a feed. `none`: it has no trip updates. `stale`: they can't be read or are too old. */
export type RealTimeState = 'fresh' | 'stale' | 'none';

/** The departures within the horizon, an ArrivalEstimation each. @throws SourceError the feed has no timetable yet */
export async function departureItems(
  db: Database,
  options: {
    readonly feed: string;
    readonly stops: readonly string[] | undefined;
    readonly horizonMin: number;
    readonly realTime: readonly FeedEntity[];
    readonly realTimeState: RealTimeState;
    readonly now: Date;
  },
): Promise<HarvestedItem[]> {
  const { feed, stops, horizonMin, realTime, realTimeState, now } = options;
  const found = await findFeed(db, feed);
  const zone = found && (await timeZoneOf(db, found));
  if (found === undefined || zone === undefined)
    throw new SourceError(`feed is "${feed}", expected a source of kind gtfs that has run`);
  const local = DateTime.fromJSDate(now, { zone });
  // Trips of the previous service days may still be running. Shortly before midnight, trips of the next day come into view.
  const windows = [-1, 0, 1, 2].map((back) => {
    const start = startOfService(local.minus({ days: back }));
    const nowS = (now.getTime() - start.toMillis()) / 1000;
    return {
      day: local.minus({ days: back }).toFormat('yyyyMMdd'),
      fromS: Math.floor(nowS - LATEST_S),
      toS: Math.ceil(nowS + horizonMin * 60),
    };
  });
  const planned = await plannedDepartures(db, found, windows, stops);
  const times = realTimes(realTime, await sequencesOf(db, found, tripsWithoutSequence(realTime)));
  const items: HarvestedItem[] = [];
  for (const each of planned) {
    const start = startOfService(DateTime.fromFormat(each.day, 'yyyyMMdd', { zone })).toMillis();
    const plannedMs = start + each.departsS * 1000;
    const realTime = times.of(each, plannedMs);
    const expectedMs = realTime !== undefined && 'delayS' in realTime ? plannedMs + realTime.delayS * 1000 : plannedMs;
    if (expectedMs < now.getTime() - SHOWN_AFTER_MS / 2 || expectedMs > now.getTime() + horizonMin * 60_000) continue;
    const status = realTime === undefined ? 'scheduled' : 'cancelled' in realTime ? 'cancelled' : 'realTime';
    items.push(itemOf(feed, each, { plannedMs, expectedMs, status, realTimeState, now }));
  }
  return items;
}

function itemOf(
  feed: string,
  { stopId, tripId, day, sequence, headSign, line, routeId, routeType }: PlannedDeparture,
  {
    plannedMs,
    expectedMs,
    status,
    realTimeState,
    now,
  }: { plannedMs: number; expectedMs: number; status: string; realTimeState: RealTimeState; now: Date },
): HarvestedItem {
  const observedAt = now.toISOString();
  const id = gtfsUrn('ArrivalEstimation', feed, stopId, tripId, day, sequence);
  const shown = {
    hasStop: { type: 'Relationship', object: gtfsUrn('GtfsStop', feed, stopId), observedAt },
    hasTrip: { type: 'Relationship', object: gtfsUrn('GtfsTrip', feed, tripId), observedAt },
    hasRoute: { type: 'Relationship', object: gtfsUrn('GtfsRoute', feed, routeId), observedAt },
    headSign: property(headSign),
    line: property(line),
    routeType: property(String(routeType)),
    plannedDeparture: time(plannedMs),
    expectedDeparture: time(expectedMs),
    departureStatus: property(status),
    realTimeState: property(realTimeState),
  };
  const entity: Entity = {
    id,
    type: 'ArrivalEstimation',
    ...shown,
    // Relative to observedAt: whoever displays it later computes from expectedDeparture.
    remainingTime: property(duration(expectedMs - now.getTime())),
    expiresAt: new Date(Math.max(expectedMs, plannedMs) + SHOWN_AFTER_MS).toISOString(),
  };
  return { key: id, hash: contentHash([{ id, type: 'ArrivalEstimation', ...shown }]), entities: [entity] };

  function property(value: unknown) {
    return { type: 'Property', value, observedAt };
  }
  function time(ms: number) {
    return property({ '@type': 'DateTime', '@value': new Date(ms).toISOString() });
  }
}

/** ISO 8601, e.g. `PT8M5S`. */
function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  const text = `${hours ? `${hours}H` : ''}${minutes ? `${minutes}M` : ''}${rest ? `${rest}S` : ''}`;
  return `PT${text === '' ? '0S' : text}`;
}
