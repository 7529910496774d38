/*
 * An entity with the shape of the template in Stellio's load tests (github.com/stellio-hub/ngsild-load-tests): sixteen
 * properties, two of them with two instances and one with a sub-property, a relationship, a location and a
 * JsonProperty.
 */

/** The constant attributes of a station. */
export const SAID = { operator: 'Pays-Haut', purpose: 'Watches the water of a river', code: 'ALZ-0042' } as const;

export function stationId(set: string, index: number): string {
  return `urn:ngsi-ld:Station:${set}:${index}`;
}

export function stationType(set: string, index: number): string {
  return `Station${set}${index}`;
}

export function relationOf(set: string, index: number): string {
  return `urn:ngsi-ld:Network:${set}:${index}`;
}

const OBSERVED_AT = '2026-04-01T10:00:00Z';
const STEADY = ['salinity', 'airTemperature', 'nitrate', 'rain', 'windDirection', 'windSpeed', 'virus', 'conductivity'];

/** @param index of the entity in its set, which has `types` types, each with `networks` networks */
export function station(set: string, index: number, types: number, networks: number): Record<string, unknown> {
  return {
    id: stationId(set, index),
    type: stationType(set, index % types),
    ...Object.fromEntries(Object.entries(SAID).map(([name, value]) => [name, { type: 'Property', value }])),
    ...measures(OBSERVED_AT),
    ...Object.fromEntries(STEADY.map((name) => [name, { type: 'Property', value: 8.9, observedAt: OBSERVED_AT }])),
    partOf: { type: 'Relationship', object: relationOf(set, Math.floor(index / types) % networks) },
    location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [5.95, 49.47] } },
    address: { type: 'JsonProperty', json: { country: 'FR', town: 'Villerupt' } },
  };
}

/** The three changing attributes: two with two instances each, and one with a sub-property. */
export function measures(observedAt: string): Record<string, unknown> {
  return {
    ammonium: ['Bottom', 'Surface'].map((depth) => measured('MGL', depth, observedAt)),
    waterTemperature: ['Bottom', 'Surface'].map((depth) => measured('CEL', depth, observedAt)),
    dissolvedOxygen: { ...oxygen(observedAt), type: 'Property', method: { type: 'Property', value: '1311' } },
  };
}

export function oxygen(observedAt: string): Record<string, unknown> {
  return { value: Math.random() * 100, observedAt };
}

function measured(unitCode: string, depth: string, observedAt: string): Record<string, unknown> {
  return { type: 'Property', ...oxygen(observedAt), unitCode, datasetId: `urn:ngsi-ld:Dataset:${depth}` };
}
