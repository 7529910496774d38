import { type NgsiLdClient, queryAll } from '@alzette/ngsi-ld-schemas';
import { type Bill, METER_KINDS } from '../contract/contract.ts';

/** A meter: an entity of type SmartMeteringObservation. */
export interface Meter {
  readonly id: string;
  readonly name: string;
  readonly kind: (typeof METER_KINDS)[number];
  readonly building?: string;
  readonly scope?: string | string[];
}

export interface Building {
  readonly id: string;
  readonly name: string;
  /** For example `school`; buildings are compared with others of the same use. */
  readonly use: string;
  /** Square metres. */
  readonly area?: number;
}

interface Asked {
  readonly tenant: string;
  readonly context: string;
}

const PAGE = 1000;

export async function readMeters(client: NgsiLdClient, asked: Asked): Promise<Meter[]> {
  const entities = await all<{
    id: string;
    name?: string;
    meterType?: string;
    refBuilding?: string;
    scope?: string | string[];
  }>(client, asked, {
    type: 'SmartMeteringObservation',
    pick: ['id', 'type', 'scope', 'name', 'meterType', 'refBuilding'],
  });
  return entities.flatMap(({ id, name = id, meterType, refBuilding: building, scope }) => {
    const kind = METER_KINDS.find((each) => each === meterType);
    return kind === undefined
      ? []
      : [{ id, name, kind, ...(building !== undefined && { building }), ...(scope !== undefined && { scope }) }];
  });
}

export async function readBuildings(client: NgsiLdClient, asked: Asked): Promise<Building[]> {
  const entities = await all<{ id: string; name?: string; category?: string | string[]; floorArea?: number }>(
    client,
    asked,
    { type: 'Building', pick: ['id', 'type', 'name', 'category', 'floorArea'] },
  );
  return entities.map(({ id, name = id, category, floorArea: area }) => {
    return { id, name, use: [category ?? 'other'].flat()[0] ?? 'other', ...(area !== undefined && { area }) };
  });
}

export async function readBills(client: NgsiLdClient, asked: Asked, building?: string): Promise<Bill[]> {
  const entities = await all<{
    refBuilding?: string;
    energyKind?: string;
    periodStart?: string;
    periodEnd?: string;
    energyUsed?: number;
    price?: number;
  }>(client, asked, { type: 'EnergyBill', ...(building !== undefined && { q: `refBuilding=="${building}"` }) });
  return entities.flatMap(
    ({ refBuilding, energyKind: kind = 'other', periodStart, periodEnd, energyUsed: used, price }) => {
      if (refBuilding === undefined || periodStart === undefined || periodEnd === undefined) return [];
      return [
        {
          building: refBuilding,
          kind,
          from: periodStart,
          to: periodEnd,
          ...(used !== undefined && { used }),
          ...(price !== undefined && { price }),
        },
      ];
    },
  );
}

function all<E>(
  client: NgsiLdClient,
  asked: Asked,
  query: { readonly type: string; readonly pick?: string[]; readonly q?: string },
): Promise<E[]> {
  return Array.fromAsync(queryAll<E>(client, { ...asked, ...query, format: 'simplified', limit: PAGE }));
}
