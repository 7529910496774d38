import type { Entity } from '@alzette/ngsi-ld-schemas';
import { gtfsUrn } from '../gtfs/gtfs-source.ts';
import { type Box, isInside } from '../items/box.ts';
import { type Json, listOf, objectOf } from '../items/read-json.ts';
import { readTime } from '../items/times.ts';

/** Charging points with these states are not there for drivers. */
const ABSENT = new Set(['REMOVED', 'PLANNED']);
const BROKEN = new Set(['INOPERATIVE', 'OUTOFORDER']);
/** The words of the data model for the connectors of OCPI; prefixes for those that end in a kind. */
const SOCKETS: readonly (readonly [standard: string, socket: string])[] = [
  ['IEC_62196_T2_COMBO', 'CCS/SAE'],
  ['IEC_62196_T1_COMBO', 'CCS/SAE'],
  ['IEC_62196_T2', 'Type2'],
  ['IEC_62196_T1', 'J-1772'],
  ['IEC_62196_T3', 'Type3'],
  ['CHADEMO', 'CHAdeMO'],
  ['DOMESTIC_', 'Wall_Euro'],
  ['TESLA_', 'Tesla'],
];

/** An EVChargingStation; without entity: it is not public, outside the box, or has no charging point. */
export function stationOf(
  source: string,
  location: unknown,
  box: Box | undefined,
): { readonly entity?: Entity } | { readonly refused: { readonly field: string; readonly message: string } } {
  const { country_code: country, party_id: party, id, publish, coordinates, evses } = objectOf(location);
  if (typeof id !== 'string' || id === '') return { refused: { field: 'id', message: 'id is missing' } };
  if (publish === false) return {};
  const { longitude, latitude } = objectOf(coordinates);
  const place = [degrees(longitude), degrees(latitude)] as const;
  if (!(Math.abs(place[0]) <= 180 && Math.abs(place[1]) <= 90)) {
    const got = JSON.stringify(coordinates)?.slice(0, 100) ?? 'missing';
    return { refused: { field: 'coordinates', message: `coordinates of location ${id} are ${got}` } };
  }
  if (!isInside(place, box)) return {};
  const points = listOf(evses).filter(({ status }) => !ABSENT.has(String(status)));
  if (points.length === 0) return {};
  const urn = gtfsUrn('EVChargingStation', source, [country, party, id].filter(Boolean).join('-'));
  return {
    entity: {
      id: urn,
      type: 'EVChargingStation',
      location: { type: 'GeoProperty', value: { type: 'Point', coordinates: place } },
      ...describedBy(objectOf(location)),
      capacity: { type: 'Property', value: points.length },
      allowedVehicleType: { type: 'Property', value: ['car'] },
      ...socketsOf(points.flatMap(({ connectors }) => listOf(connectors))),
      ...freeOf(points),
    },
  };
}

function describedBy({ name, address, city, postal_code, country, operator, opening_times }: Json): object {
  const lines = { streetAddress: address, addressLocality: city, postalCode: postal_code, addressCountry: country };
  const known = Object.fromEntries(Object.entries(lines).filter(([, line]) => typeof line === 'string' && line !== ''));
  const texts = {
    name: [name, address].find((each) => typeof each === 'string' && each !== ''),
    operator: objectOf(operator).name,
    openingHours: objectOf(opening_times).twentyfourseven === true ? '24/7' : undefined,
  };
  const given = Object.entries(texts).filter(([, text]) => typeof text === 'string');
  return {
    ...Object.fromEntries(given.map(([key, value]) => [key, { type: 'Property', value }])),
    ...(Object.keys(known).length > 0 && { address: { type: 'Property', value: known } }),
  };
}

function socketsOf(connectors: readonly Json[]): object {
  const highest = (member: string) => Math.max(0, ...connectors.map((each) => Number(each[member]) || 0));
  const [amperage, voltage] = [highest('max_amperage'), highest('max_voltage')];
  const sockets = connectors.map(({ standard }) => {
    return SOCKETS.find(([prefix]) => String(standard).startsWith(prefix))?.[1] ?? 'Other';
  });
  return {
    socketNumber: { type: 'Property', value: Math.max(1, connectors.length) },
    socketType: { type: 'Property', value: sockets.length === 0 ? ['Other'] : [...new Set(sockets)].sort() },
    ...(amperage > 0 && { amperage: { type: 'Property', value: amperage, unitCode: 'AMP' } }),
    ...(voltage > 0 && { voltage: { type: 'Property', value: voltage, unitCode: 'VLT' } }),
  };
}

/** What is free, of the points whose state is known. */
function freeOf(points: readonly Json[]): object {
  const states = points
    .map(({ status }) => String(status))
    .filter((status) => status !== 'UNKNOWN' && status !== 'undefined');
  if (states.length === 0) return {};
  const free = states.filter((status) => status === 'AVAILABLE').length;
  const status = states.every((each) => BROKEN.has(each)) ? 'outOfService' : free === 0 ? 'full' : 'working';
  // A time without a zone is in UTC.
  const times = points.flatMap(({ last_updated: at }) => readTime(at, {}) ?? []).sort();
  const now = new Date().toISOString();
  const observedAt = times.findLast((at) => at <= now) ?? now;
  return {
    availableCapacity: { type: 'Property', value: free, observedAt },
    status: { type: 'Property', value: status, observedAt },
  };
}

/** Degrees are texts in OCPI. */
function degrees(value: unknown): number {
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
}
