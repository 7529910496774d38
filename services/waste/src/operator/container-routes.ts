import { MIN_DAYS } from '@alzette/kit/forecasting';
import { BY_ENTITIES, setUp } from '@alzette/kit/objects';
import { missing } from '@alzette/kit/problems';
import type { Handlers } from '@alzette/kit/serve';
import type {
  Container,
  ContainerContract,
  PublicWasteContract,
  ContainerState as Shown,
} from '../contract/contract.ts';
import { readContainers } from '../forecast/container.ts';
import { type ContainerState, readStates } from '../forecast/container-rows.ts';
import type { WasteParts } from '../parts.ts';
import { keepSettings, readSettings } from '../settings.ts';

const SETTINGS = setUp('settings of waste collection', ['WasteContainer', 'WasteCollectionRound']);

/** `/waste/containers` and `/waste/settings`: for operators of the collection. */
export function containerHandlers({ db, clientOf, context, territories }: WasteParts): Handlers<ContainerContract> {
  return {
    list: {
      objects: BY_ENTITIES,
      async handle(request) {
        const { tenant } = request;
        const containers = await readContainers(clientOf(request), {
          tenant,
          context,
          territory: territories.of(tenant),
        });
        const states = await readStates(db, tenant);
        return { containers: containers.map((container) => shown(container, states.get(container.id))) };
      },
    },
    container: {
      objects: BY_ENTITIES,
      async handle(request) {
        const { tenant, params } = request;
        const containers = await readContainers(clientOf(request), {
          tenant,
          context,
          territory: territories.of(tenant),
        });
        const container = containers.find(({ id }) => id === params.id);
        if (container === undefined) throw missing('container', params.id);
        return shown(container, (await readStates(db, tenant)).get(params.id));
      },
    },
    settings: { objects: SETTINGS, handle: ({ tenant }) => readSettings(db, tenant) },
    changeSettings: ({ tenant, body }) => keepSettings(db, tenant, body),
  };
}

/** When containers will be full; public. */
export function publicForecastHandlers({ db }: WasteParts): Handlers<PublicWasteContract, 'forecasts'> {
  return {
    async forecasts({ tenant }) {
      const states = await readStates(db, tenant);
      const forecasts = [...states.values()].flatMap(({ container: id, forecast, faults }) =>
        forecast === undefined || faults.length > 0 ? [] : [{ id, ...times(forecast) }],
      );
      return { forecasts };
    },
  };
}

function shown(container: Container, state: ContainerState | undefined): Shown {
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
            ...(madeAt && { madeAt: madeAt.toISOString() }),
          },
        }
      : { tooLittle: { days, needed: MIN_DAYS } }),
  };
}

function times({ fullAt, earliest, latest }: NonNullable<ContainerState['forecast']>) {
  const iso = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString());
  return { fullAt: iso(fullAt), earliest: iso(earliest), latest: iso(latest) };
}
