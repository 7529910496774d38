import { missing, refused } from '@alzette/kit/problems';
import type { Handlers } from '@alzette/kit/serve';
import { DateTime } from 'luxon';
import type { MobilityContract } from '../contract/contract.ts';
import type { MobilityParts } from '../parts.ts';
import { platformsOf, shownDeparture } from './departures.ts';
import type { Feeds } from './feeds.ts';
import { stopsOf } from './stops.ts';

/** Timetables are imported for some weeks ahead. */
const MAX_DAYS_AWAY = 60;

/** `/citizen/v1/timetable`: departures of whole days, for offline use. */
export function timetableHandlers(
  parts: MobilityParts,
  feedsOf: (tenant: string) => Promise<Feeds>,
): Handlers<MobilityContract, 'timetable'> {
  return {
    async timetable({ tenant, query: { stop: ids, day: first, days } }) {
      const { timeZone: zone } = parts.territories.of(tenant);
      const today = DateTime.now().setZone(zone).startOf('day');
      const start = first === undefined ? today : DateTime.fromISO(first, { zone });
      if (Math.abs(start.diff(today, 'days').days) > MAX_DAYS_AWAY) {
        throw refused('day', first, `a day within ${MAX_DAYS_AWAY} days of ${today.toISODate()}`);
      }
      const [from, to] = [start.toJSDate(), start.plus({ days }).toJSDate()];
      const feeds = await feedsOf(tenant);
      const stops = await stopsOf(parts, tenant, feeds, [...new Set(ids)]);
      if (stops.length === 0) throw missing('stop', ids.join(','));
      const calls = await parts.timetable(
        stops.map(({ id }) => id),
        { from, to },
      );
      const platforms = platformsOf(stops);
      const departures = calls.map(({ id, stop, route, line, headSign, routeType, planned }) => {
        const at = planned.toISOString();
        return shownDeparture(
          {
            id,
            hasStop: stop,
            hasRoute: route,
            line,
            headSign,
            routeType: String(routeType),
            plannedDeparture: at,
            expectedDeparture: at,
            departureStatus: 'scheduled',
          },
          feeds,
          platforms,
        );
      });
      return { from: from.toISOString(), to: to.toISOString(), stops, departures };
    },
  };
}
