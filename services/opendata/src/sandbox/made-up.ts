import type { TerritoryInfo } from '@alzette/kit/service';
import type { NgsiLdClient, TemporalEntity } from '@alzette/ngsi-ld-schemas/client';

const HOUR_MS = 3_600_000;
const HOURS = 48;
const MOST_COMMUNES = 5;
const LAMPS = 6;
const CONTAINERS = 3;
/** About a hundred metres. */
const STEP = 0.001;

type Point = readonly [number, number];
type Made = Parameters<NgsiLdClient['batchUpsert']>[0][number];

/** Street lights, waste containers and a station of air quality in each of some communes. The same each time. */
export function madeUpEntities({ communes }: TerritoryInfo, now: number): Made[] {
  return communes.slice(0, MOST_COMMUNES).flatMap(({ slug, name, scope, center }, place) => {
    const common = (type: string, number: number, label: string, [east, north]: Point) => ({
      id: `urn:ngsi-ld:${type}:sandbox:${slug}:${number}`,
      type,
      scope,
      name: property(`${label} ${number} (${name})`),
      location: {
        type: 'GeoProperty',
        value: { type: 'Point', coordinates: [center[0] + east * STEP, center[1] + north * STEP] },
      },
    });
    const at = new Date(now).toISOString();
    const lamps = numbers(LAMPS).map((number) => ({
      ...common('Streetlight', number, 'Lamp', [number, 0]),
      status: property(number === LAMPS ? 'defectiveLamp' : 'ok'),
      powerRating: { ...property(30 + 5 * number), unitCode: 'WTT' },
    }));
    const containers = numbers(CONTAINERS).map((number) => ({
      ...common('WasteContainer', number, 'Container', [0, number]),
      storedWasteKind: property(['glass']),
      fillingLevel: { ...property(level(place + number, now)), observedAt: at },
    }));
    const station = {
      ...common('AirQualityObserved', 1, 'Station', [-1, -1]),
      ...airAt(place, now),
    };
    return [...lamps, ...containers, station];
  });
}

/** What the stations measured in the last two days, each hour. */
export function madeUpPast({ communes }: TerritoryInfo, now: number): TemporalEntity[] {
  const hours = numbers(HOURS).map((hours) => now - hours * HOUR_MS);
  return communes.slice(0, MOST_COMMUNES).map(({ slug }, place) => ({
    id: `urn:ngsi-ld:AirQualityObserved:sandbox:${slug}:1`,
    type: 'AirQualityObserved',
    pm10: hours.map((at) => airAt(place, at).pm10),
    no2: hours.map((at) => airAt(place, at).no2),
  }));
}

/** Higher by day than by night. */
function airAt(place: number, at: number) {
  const ofDay = Math.sin((2 * Math.PI * at) / (24 * HOUR_MS) + place);
  const measured = (value: number) => ({
    ...property(Math.round(value * 10) / 10),
    unitCode: 'GQ',
    observedAt: new Date(at).toISOString(),
  });
  return { pm10: measured(20 + 8 * ofDay), no2: measured(25 + 12 * ofDay) };
}

/** Fills within four days, then is emptied. */
function level(shift: number, at: number): number {
  const days = at / (24 * HOUR_MS) + shift;
  return Math.round((days % 4) * 25) / 100;
}

function property<T>(value: T) {
  return { type: 'Property', value } as const;
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
