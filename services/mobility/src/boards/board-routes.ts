import { missing, refused } from '@alzette/kit/problems';
import type { Handlers } from '@alzette/kit/serve';
import type { LonLat } from '@alzette/ngsi-ld-schemas/geo';
import type { MobilityContract } from '../contract/contract.ts';
import type { MobilityParts } from '../parts.ts';
import { departuresOf } from './departures.ts';
import { readDisruptions } from './disruptions.ts';
import type { Feeds } from './feeds.ts';
import { findStops, stopsOf } from './stops.ts';

/** `/citizen/v1/stops`, `/departures`, `/disruptions`: public transport of several operators; public. */
export function boardHandlers(
  parts: MobilityParts,
  feedsOf: (tenant: string) => Promise<Feeds>,
): Handlers<MobilityContract, 'stops' | 'departures' | 'disruptions'> {
  return {
    async stops({ tenant, query: { longitude, latitude, radius, text, limit } }) {
      if ((longitude === undefined) !== (latitude === undefined)) {
        throw refused(
          longitude === undefined ? 'longitude' : 'latitude',
          undefined,
          'a number, because the other one is given',
        );
      }
      const position: LonLat | undefined =
        longitude === undefined || latitude === undefined ? undefined : [longitude, latitude];
      return { stops: await findStops(parts, tenant, await feedsOf(tenant), { position, radius, text, limit }) };
    },
    async departures({ tenant, query: { stop: ids, limit, language } }) {
      const feeds = await feedsOf(tenant);
      const stops = await stopsOf(parts, tenant, feeds, [...new Set(ids)]);
      if (stops.length === 0) throw missing('stop', ids.join(','));
      const [board, disruptions] = await Promise.all([
        departuresOf(parts, tenant, { feeds, stops, limit, language }),
        readDisruptions(parts, tenant, language),
      ]);
      const shown = new Set(stops.map(({ id }) => id));
      const concerned = disruptions.filter(({ stops: affected }) => affected.some((id) => shown.has(id)));
      return { stops, ...board, disruptions: concerned };
    },
    async disruptions({ tenant, query: { stop, language } }) {
      const all = await readDisruptions(parts, tenant, language);
      return { disruptions: all.filter(({ stops }) => stop === undefined || stops.includes(stop)) };
    },
  };
}
