import { object } from '@alzette/kit/bodies';
import { day, listOf, readQuery, uri, wholeNumber } from '@alzette/kit/parameters';
import { missing, refused } from '@alzette/kit/problems';
import { cacheable, operation } from '@alzette/kit/routes';
import type { FastifyInstance } from 'fastify';
import { DateTime } from 'luxon';
import type { MobilityParts } from '../parts.ts';
import { shownDeparture } from './departures.ts';
import type { Feeds } from './feeds.ts';
import { stopsOf } from './stops.ts';

const QUERY = {
  stop: listOf(uri(), { max: 10, required: true }),
  day: day(),
  days: wholeNumber({ min: 1, max: 3, default: 1 }),
};
const LIST = { type: 'array', items: { type: 'object' } };
const INSTANT = { type: 'string', format: 'date-time' };
/** Timetables are imported for some weeks ahead. */
const MAX_DAYS_AWAY = 60;

/** `/citizen/v1/timetable`: departures of whole days, for offline use. */
export function timetableRoutes(
  scope: FastifyInstance,
  parts: MobilityParts,
  feedsOf: (tenant: string) => Promise<Feeds>,
): void {
  scope.get(
    '/timetable',
    operation({
      access: 'nothing',
      summary: 'Departures from stops on given days by the timetable only, for offline use',
      query: QUERY,
      answer: object({ from: INSTANT, to: INSTANT, stops: LIST, departures: LIST }),
    }),
    async (request, reply) => {
      const { stop: ids, day: first, days } = readQuery(request, QUERY);
      const today = DateTime.now().setZone(parts.territory.timeZone).startOf('day');
      const from = first === undefined ? today : DateTime.fromISO(first, { zone: parts.territory.timeZone });
      if (Math.abs(from.diff(today, 'days').days) > MAX_DAYS_AWAY) {
        throw refused('day', first, `a day within ${MAX_DAYS_AWAY} days of ${today.toISODate()}`);
      }
      const to = from.plus({ days });
      const feeds = await feedsOf(request.tenant);
      const stops = await stopsOf(parts, request.tenant, feeds, [...new Set(ids)]);
      if (stops.length === 0) throw missing('stop', ids.join(','));
      const calls = await parts.timetable(
        stops.map(({ id }) => id),
        { from: from.toJSDate(), to: to.toJSDate() },
      );
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
        );
      });
      return cacheable(request, reply, { from: from.toUTC().toISO(), to: to.toUTC().toISO(), stops, departures });
    },
  );
}
