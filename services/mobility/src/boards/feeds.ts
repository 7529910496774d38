import { remembered } from '@alzette/kit/caches';
import { queryAll } from '@alzette/ngsi-ld-schemas';
import type { Stop } from '../contract/contract.ts';
import type { MobilityParts } from '../parts.ts';

/** The operator of the lines of a feed. */
export interface Operator {
  readonly name: string;
  readonly country?: NonNullable<Stop['country']>;
}

export interface Line {
  readonly operator?: string;
  /** RGB in hexadecimal, as in GTFS. */
  readonly colour?: string;
  readonly textColour?: string;
}

interface AgencyEntity {
  readonly id: string;
  readonly agencyName?: string;
  readonly timezone?: string;
}

interface RouteEntity {
  readonly id: string;
  readonly routeColor?: string;
  readonly routeTextColor?: string;
  readonly operatedBy?: string;
}

export interface Feeds {
  /** The first agency of each feed. */
  readonly operators: ReadonlyMap<string, Operator>;
  readonly lines: ReadonlyMap<string, Line>;
}

const COUNTRIES: { readonly [zone: string]: Operator['country'] } = {
  'Europe/Paris': 'FR',
  'Europe/Luxembourg': 'LU',
  'Europe/Brussels': 'BE',
  'Europe/Berlin': 'DE',
};
const PAGE = 1000;
/** Timetables change only at night, so a delay of a minute does not matter. */
const HOLDS_MS = 60_000;

/** The feed of an entity's id, `urn:ngsi-ld:GtfsStop:<feed>:…`. */
export function feedOf(id: string): string {
  return id.split(':')[3] ?? '';
}

/** Reads agencies and lines of a tenant, with a cache of one minute. */
export function feedReader({ client, context }: MobilityParts): (tenant: string) => Promise<Feeds> {
  return remembered(
    'transit_feeds',
    async (tenant) => {
      const of = { tenant, context, format: 'simplified' } as const;
      const agencies = await Array.fromAsync(queryAll<AgencyEntity>(client, { ...of, type: 'GtfsAgency' }));
      const names = new Map(agencies.map(({ id, agencyName = '' }) => [id, agencyName]));
      const operators = new Map<string, Operator>();
      for (const { id, agencyName = feedOf(id), timezone = '' } of agencies) {
        const country = COUNTRIES[timezone];
        if (!operators.has(feedOf(id))) operators.set(feedOf(id), { name: agencyName, ...(country && { country }) });
      }
      const lines = new Map<string, Line>();
      const pick = ['id', 'type', 'routeColor', 'routeTextColor', 'operatedBy'];
      const routes = queryAll<RouteEntity>(client, { ...of, type: 'GtfsRoute', pick, limit: PAGE });
      for await (const { id, routeColor, routeTextColor, operatedBy = '' } of routes) {
        const operator = names.get(operatedBy);
        lines.set(id, {
          ...(operator && { operator }),
          ...(routeColor && { colour: `#${routeColor.toLowerCase()}` }),
          ...(routeTextColor && { textColour: `#${routeTextColor.toLowerCase()}` }),
        });
      }
      return { operators, lines };
    },
    { forMs: HOLDS_MS },
  );
}
