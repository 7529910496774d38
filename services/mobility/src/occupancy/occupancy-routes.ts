import { BY_ENTITIES } from '@alzette/kit/objects';
import { missing } from '@alzette/kit/problems';
import type { Handlers } from '@alzette/kit/serve';
import type { MobilityContract } from '../contract/contract.ts';
import type { MobilityParts } from '../parts.ts';
import { readCharging, readCounters, readParking } from './occupancy.ts';

const HOUR = 3_600_000;

/** `/citizen/v1/parking`, `/charging`: free places; public. */
export function publicOccupancyHandlers({
  client,
  context,
}: MobilityParts): Handlers<MobilityContract, 'parking' | 'charging'> {
  return {
    parking: async ({ tenant }) => ({ parking: await readParking(client, { tenant, context }) }),
    charging: async ({ tenant }) => ({ stations: await readCharging(client, { tenant, context }) }),
  };
}

/** `/mobility`: parking, charging and counters for the cockpit. */
export function deskHandlers({ clientOf, context }: MobilityParts): Handlers<MobilityContract, 'cockpit' | 'counter'> {
  return {
    cockpit: {
      objects: BY_ENTITIES,
      async handle(request) {
        const [client, asked] = [clientOf(request), { tenant: request.tenant, context }];
        const [parking, charging, counters] = await Promise.all([
          readParking(client, asked),
          readCharging(client, asked),
          readCounters(client, asked),
        ]);
        return { parking, charging, counters };
      },
    },
    counter: {
      objects: BY_ENTITIES,
      async handle(request) {
        const { tenant, params, query } = request;
        const { id } = params;
        const { days, attribute } = query;
        const client = clientOf(request);
        if ((await client.retrieveEntity(id, { tenant, context, pick: ['id'] })) === undefined)
          throw missing('counter', id);
        const to = new Date();
        const from = new Date(to.getTime() - days * 24 * HOUR);
        const [past] = await client.queryTemporal({ id: [id], attrs: [attribute], from, to, tenant, context });
        return { id, attribute, hours: hourMeans(past?.attributes[attribute] ?? []) };
      },
    },
  };
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
