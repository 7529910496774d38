import { queryAll } from '@alzette/ngsi-ld-schemas';
import type { LonLat } from '@alzette/ngsi-ld-schemas/geo';
import type { PlaceKind } from '../contract/reach.ts';
import type { Words } from '../contract/words.ts';
import type { Asked } from '../statistics/kpi-entities.ts';

/** Which entities are places that people want to reach. */
export const FACILITIES: {
  readonly [K in PlaceKind]: { readonly title: Words; readonly type: string; readonly q?: string };
} = {
  stop: {
    title: { fr: 'Arrêt', en: 'Stop', de: 'Haltestelle', lb: 'Arrêt' },
    type: 'GtfsStop',
  },
  school: {
    title: { fr: 'École', en: 'School', de: 'Schule', lb: 'Schoul' },
    type: 'Building',
    q: 'category=="school"',
  },
  service: {
    title: { fr: 'Service public', en: 'Public service', de: 'Öffentlicher Dienst', lb: 'Ëffentleche Service' },
    type: 'Building',
    q: 'category=="civic"',
  },
  sports: {
    title: { fr: 'Sport', en: 'Sports', de: 'Sport', lb: 'Sport' },
    type: 'Building',
    q: 'category=="stadium"',
  },
  container: {
    title: { fr: 'Conteneur', en: 'Container', de: 'Behälter', lb: 'Container' },
    type: 'WasteContainer',
  },
  recycling: {
    title: { fr: 'Déchèterie', en: 'Recycling centre', de: 'Wertstoffhof', lb: 'Recyclingszenter' },
    type: 'PointOfInterest',
    q: 'category=="recyclingCentre"',
  },
  charger: {
    title: { fr: 'Borne de recharge', en: 'Charging station', de: 'Ladestation', lb: 'Luedstatioun' },
    type: 'EVChargingStation',
  },
};
const MOST = 20_000;

export interface Facility {
  readonly id: string;
  readonly at: LonLat;
}

/** The places of a kind that the client may read. */
export async function readFacilities({ client, tenant, context }: Asked, kind: PlaceKind): Promise<Facility[]> {
  const { type, q } = FACILITIES[kind];
  const found: Facility[] = [];
  const query = { type, ...(q !== undefined && { q }), pick: ['id', 'type', 'location'], tenant, context };
  const all = queryAll<{ id: string; location?: { readonly type: string; readonly coordinates: unknown } }>(client, {
    ...query,
    format: 'simplified',
    limit: 1000,
  });
  for await (const { id, location } of all) {
    const at = location && middleOf(location);
    if (at !== undefined) found.push({ id, at });
    if (found.length === MOST) break;
  }
  return found;
}

/** A point, or the middle of the first ring of an area. */
function middleOf({ type, coordinates }: { readonly type: string; readonly coordinates: unknown }): LonLat | undefined {
  if (type === 'Point') return coordinates as LonLat;
  if (type !== 'Polygon') return undefined;
  const [ring = []] = coordinates as readonly (readonly LonLat[])[];
  return middleOfRing(ring);
}

/** The mean of the corners. */
export function middleOfRing(ring: readonly LonLat[]): LonLat | undefined {
  if (ring.length === 0) return undefined;
  const sum = (of: 0 | 1) => ring.reduce((total, point) => total + point[of], 0) / ring.length;
  return [sum(0), sum(1)];
}
