import { object } from '@alzette/kit/bodies';
import { LANGUAGES } from '@alzette/kit/languages';
import { decimal, listOf, oneOf, readQuery, text, uri, wholeNumber } from '@alzette/kit/parameters';
import { missing, refused } from '@alzette/kit/problems';
import { cacheable, operation } from '@alzette/kit/routes';
import type { LonLat } from '@alzette/ngsi-ld-schemas/geo';
import type { FastifyInstance } from 'fastify';
import type { MobilityParts } from '../parts.ts';
import { departuresOf } from './departures.ts';
import { readDisruptions } from './disruptions.ts';
import type { Feeds } from './feeds.ts';
import { findStops, stopsOf } from './stops.ts';

const LANGUAGE = { language: oneOf(LANGUAGES, { default: 'fr' }) };
const STOPS = {
  ...LANGUAGE,
  longitude: decimal({ min: -180, max: 180 }),
  latitude: decimal({ min: -90, max: 90 }),
  radius: wholeNumber({ min: 10, max: 20_000, default: 800 }),
  text: text({ max: 60 }),
  limit: wholeNumber({ min: 1, max: 100, default: 20 }),
};
const BOARD = {
  ...LANGUAGE,
  stop: listOf(uri(), { max: 10, required: true }),
  limit: wholeNumber({ min: 1, max: 100, default: 20 }),
};
const DISRUPTIONS = { ...LANGUAGE, stop: uri() };
const LIST = { type: 'array', items: { type: 'object' } };

/** `/citizen/v1/stops`, `/departures`, `/disruptions`: public transport of several operators; public. */
export function boardRoutes(
  scope: FastifyInstance,
  parts: MobilityParts,
  feedsOf: (tenant: string) => Promise<Feeds>,
): void {
  scope.get(
    '/stops',
    operation({
      access: 'nothing',
      summary: 'Public transport stops near a place, nearest first, or by name',
      query: STOPS,
      answer: object({ stops: LIST }),
    }),
    async (request, reply) => {
      const { longitude, latitude, radius, text: words, limit } = readQuery(request, STOPS);
      if ((longitude === undefined) !== (latitude === undefined)) {
        throw refused(
          longitude === undefined ? 'longitude' : 'latitude',
          undefined,
          'a number, because the other one is given',
        );
      }
      const position: LonLat | undefined =
        longitude === undefined || latitude === undefined ? undefined : [longitude, latitude];
      const feeds = await feedsOf(request.tenant);
      const stops = await findStops(parts, request.tenant, feeds, { position, radius, text: words, limit });
      return cacheable(request, reply, { stops });
    },
  );

  scope.get(
    '/departures',
    operation({
      access: 'nothing',
      summary: 'Departures from stops, of several operators, in real time where available',
      query: BOARD,
      answer: object({ stops: LIST, departures: LIST, sources: LIST, disruptions: LIST }),
    }),
    async (request, reply) => {
      const { stop: ids, limit, language } = readQuery(request, BOARD);
      const { tenant } = request;
      const feeds = await feedsOf(tenant);
      const stops = await stopsOf(parts, tenant, feeds, [...new Set(ids)]);
      if (stops.length === 0) throw missing('stop', ids.join(','));
      const [board, disruptions] = await Promise.all([
        departuresOf(parts, tenant, { feeds, stops, limit, language }),
        readDisruptions(parts, tenant, language),
      ]);
      const shown = new Set(stops.map(({ id }) => id));
      const concerned = disruptions.filter(({ stops: affected }) => affected.some((id) => shown.has(id)));
      return cacheable(request, reply, { stops, ...board, disruptions: concerned });
    },
  );

  scope.get(
    '/disruptions',
    operation({
      access: 'nothing',
      summary: 'Current and future disruptions of public transport',
      query: DISRUPTIONS,
      answer: object({ disruptions: LIST }),
    }),
    async (request, reply) => {
      const { stop, language } = readQuery(request, DISRUPTIONS);
      const all = await readDisruptions(parts, request.tenant, language);
      const disruptions = all.filter(({ stops }) => stop === undefined || stops.includes(stop));
      return cacheable(request, reply, { disruptions });
    },
  );
}
