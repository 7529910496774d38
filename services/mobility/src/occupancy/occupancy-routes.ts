import { LANGUAGES } from '@alzette/kit/languages';
import { BY_ENTITIES } from '@alzette/kit/objects';
import { oneOf, readPath, readQuery, text, uri, wholeNumber } from '@alzette/kit/parameters';
import { missing } from '@alzette/kit/problems';
import { cacheable, operation } from '@alzette/kit/routes';
import type { FastifyInstance } from 'fastify';
import type { MobilityParts } from '../parts.ts';
import { readCharging, readCounters, readParking } from './occupancy.ts';

const LANGUAGE = { language: oneOf(LANGUAGES, { default: 'fr' }) };
const ID = { id: uri({ required: true }) };
const PAST = { days: wholeNumber({ min: 1, max: 92, default: 7 }), attribute: text({ max: 40, required: true }) };
const HOUR = 3_600_000;

/** `/citizen/v1/parking`, `/charging`: free places; public. */
export function publicOccupancyRoutes(scope: FastifyInstance, { client, context }: MobilityParts): void {
  scope.get(
    '/parking',
    operation({ access: 'nothing', summary: 'The car parks, with their number of free spaces', query: LANGUAGE }),
    async (request, reply) => {
      readQuery(request, LANGUAGE);
      return cacheable(request, reply, { parking: await readParking(client, { tenant: request.tenant, context }) });
    },
  );
  scope.get(
    '/charging',
    operation({
      access: 'nothing',
      summary: 'The charging stations, with their number of free points',
      query: LANGUAGE,
    }),
    async (request, reply) => {
      readQuery(request, LANGUAGE);
      return cacheable(request, reply, { stations: await readCharging(client, { tenant: request.tenant, context }) });
    },
  );
}

/** `/mobility`: parking, charging and counters for the cockpit. */
export function deskRoutes(scope: FastifyInstance, { clientOf, context }: MobilityParts): void {
  scope.get(
    '/cockpit',
    operation({
      access: 'read',
      objects: BY_ENTITIES,
      summary: 'Car parks, charging stations and counters with their current values',
    }),
    async (request) => {
      const [client, asked] = [clientOf(request), { tenant: request.tenant, context }];
      const [parking, charging, counters] = await Promise.all([
        readParking(client, asked),
        readCharging(client, asked),
        readCounters(client, asked),
      ]);
      return { parking, charging, counters };
    },
  );
  scope.get(
    '/counters/:id',
    operation({
      access: 'read',
      objects: BY_ENTITIES,
      summary: 'The hourly means of an attribute of a counter',
      query: PAST,
    }),
    async (request) => {
      const { id } = readPath(request, ID);
      const { days, attribute } = readQuery(request, PAST);
      const [client, { tenant }] = [clientOf(request), request];
      if ((await client.retrieveEntity(id, { tenant, context, pick: ['id'] })) === undefined)
        throw missing('counter', id);
      const to = new Date();
      const from = new Date(to.getTime() - days * 24 * HOUR);
      const [past] = await client.queryTemporal({ id: [id], attrs: [attribute], from, to, tenant, context });
      return { id, attribute, hours: hourMeans(past?.attributes[attribute] ?? []) };
    },
  );
}

function hourMeans(samples: readonly (readonly [unknown, number])[]) {
  const hours = new Map<number, number[]>();
  for (const [value, at] of samples) {
    if (typeof value !== 'number') continue;
    const hour = Math.floor(at / HOUR) * HOUR;
    const own = hours.get(hour) ?? [];
    hours.set(hour, own);
    own.push(value);
  }
  return [...hours].map(([at, values]) => {
    return { at: new Date(at).toISOString(), mean: values.reduce((sum, value) => sum + value, 0) / values.length };
  });
}
