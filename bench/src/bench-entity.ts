/** The entity of all workloads: 1 KB, ten attributes and a location, in the default vocabulary of the core @context. */
export const TYPE = 'BenchLamp';

export function entityId(index: number): string {
  return `urn:ngsi-ld:${TYPE}:${index.toString().padStart(7, '0')}`;
}

const OBSERVED_AT = '2026-01-31T18:00:00.000Z';

/** The n-th entity. `street` has 100 entities per value, others for each 100,000; `energy` is the number. */
export function benchEntity(index: number): Record<string, unknown> {
  const street = Math.floor(index / 100_000) * 1000 + (index % 1000);
  const measured = (value: unknown, unitCode: string) => ({
    type: 'Property',
    value,
    unitCode,
    observedAt: OBSERVED_AT,
  });
  return {
    id: entityId(index),
    type: TYPE,
    name: { type: 'Property', value: `Lamp ${index}` },
    street: { type: 'Property', value: `Rue ${street}` },
    powerState: { type: 'Property', value: 'on', observedAt: OBSERVED_AT },
    illuminanceLevel: measured((index % 100) / 100, 'P1'),
    power: measured(20 + (index % 50), 'WTT'),
    energy: measured(index, 'KWH'),
    temperature: measured(15 + (index % 20), 'CEL'),
    burningHours: measured(index % 10_000, 'HUR'),
    lampType: { type: 'Property', value: 'LED' },
    cabinet: { type: 'Relationship', object: `urn:ngsi-ld:Cabinet:${index % 500}` },
    location: {
      type: 'GeoProperty',
      value: { type: 'Point', coordinates: [5.9 + (index % 1000) / 10_000, 49.4 + Math.floor(index / 1000) / 1000] },
    },
  };
}
