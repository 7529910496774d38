import { MIN_DAYS } from '@alzette/kit/forecasting';
import { LANGUAGES } from '@alzette/kit/languages';
import { BY_ENTITIES, setUp } from '@alzette/kit/objects';
import { oneOf, readPath, readQuery, uri } from '@alzette/kit/parameters';
import { missing } from '@alzette/kit/problems';
import { cacheable, operation } from '@alzette/kit/routes';
import type { FastifyInstance } from 'fastify';
import { type Container, readContainers } from '../forecast/container.ts';
import { type ContainerState, readStates } from '../forecast/container-rows.ts';
import type { WasteParts } from '../parts.ts';
import { keepSettings, readGivenSettings, readSettings } from '../settings.ts';

const ID = { id: uri({ required: true }) };
const LANGUAGE = { language: oneOf(LANGUAGES, { default: 'fr' }) };

const SETTINGS = setUp('settings of waste collection', ['WasteContainer', 'WasteCollectionRound']);

/** `/waste/containers` and `/waste/settings`: for operators of the collection. */
export function containerRoutes(scope: FastifyInstance, parts: WasteParts): void {
  const { db, clientOf, context, territory } = parts;

  scope.get(
    '/containers',
    operation({
      access: 'read',
      objects: BY_ENTITIES,
      summary: 'Containers with fill level, the forecast of when they are full and its error, and sensor faults',
    }),
    async (request) => {
      const { tenant } = request;
      const containers = await readContainers(clientOf(request), { tenant, context, territory });
      const states = await readStates(db, tenant);
      return { containers: containers.map((container) => shown(container, states.get(container.id))) };
    },
  );

  scope.get(
    '/containers/:id',
    operation({ access: 'read', objects: BY_ENTITIES, summary: 'One container with its forecast' }),
    async (request) => {
      const { id } = readPath(request, ID);
      const { tenant } = request;
      const containers = await readContainers(clientOf(request), { tenant, context, territory });
      const container = containers.find((each) => each.id === id);
      if (container === undefined) throw missing('container', id);
      return shown(container, (await readStates(db, tenant)).get(id));
    },
  );

  scope.get(
    '/settings',
    operation({ access: 'read', objects: SETTINGS, summary: 'The settings for rounds, shifts and reminders' }),
    ({ tenant }) => readSettings(db, tenant),
  );

  scope.put(
    '/settings',
    operation({
      access: 'administer',
      audited: { values: 'route' },
      summary: 'Changes the settings for rounds, shifts and reminders; others stay',
      body: readGivenSettings.schema,
    }),
    ({ tenant, body }) => keepSettings(db, tenant, readGivenSettings(body)),
  );
}

/** `/citizen/v1/containers/forecasts`: when containers will be full; public. */
export function publicForecastRoutes(scope: FastifyInstance, { db }: WasteParts): void {
  scope.get(
    '/containers/forecasts',
    operation({
      access: 'nothing',
      summary: 'The forecast of when containers are full, each with the interval that is right in eight of ten cases',
      query: LANGUAGE,
    }),
    async (request, reply) => {
      readQuery(request, LANGUAGE);
      const states = await readStates(db, request.tenant);
      const forecasts = [...states.values()].flatMap(({ container: id, forecast, faults }) =>
        forecast === undefined || faults.length > 0 ? [] : [{ id, ...times(forecast) }],
      );
      return cacheable(request, reply, { forecasts });
    },
  );
}

function shown(container: Container, state: ContainerState | undefined) {
  // What was computed from levels is for who may read them.
  const { forecast, faults = [], days = 0, madeAt } = (container.level === undefined ? undefined : state) ?? {};
  return {
    ...container,
    faults,
    ...(forecast
      ? {
          forecast: {
            ...times(forecast),
            perDay: forecast.perDay,
            error: forecast.error,
            days: forecast.days,
            madeAt,
          },
        }
      : { tooLittle: { days, needed: MIN_DAYS } }),
  };
}

function times({ fullAt, earliest, latest }: NonNullable<ContainerState['forecast']>) {
  const iso = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString());
  return { fullAt: iso(fullAt), earliest: iso(earliest), latest: iso(latest) };
}
