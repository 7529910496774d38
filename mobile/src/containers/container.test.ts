import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readContainer } from './container.ts';

const GLASS = {
  id: 'urn:ngsi-ld:WasteContainer:villerupt-001',
  type: 'WasteContainer',
  name: 'Verre, rue Carnot',
  location: { type: 'Point', coordinates: [5.93, 49.47] },
  address: { streetAddress: 'Rue Carnot', addressLocality: 'Villerupt' },
  fillingLevel: { value: 0.42, observedAt: '2026-11-24T16:00:00Z' },
  storedWasteKind: ['glass'],
  status: { value: 'ok', observedAt: '2026-11-24T16:00:00Z' },
  dateLastEmptying: { value: { '@type': 'DateTime', '@value': '2026-11-20T08:00:00Z' } },
};

describe('readContainer', () => {
  test('reads the concise form', () => {
    assert.deepEqual(readContainer(GLASS), {
      id: 'urn:ngsi-ld:WasteContainer:villerupt-001',
      name: 'Verre, rue Carnot',
      kind: 'glass',
      position: [5.93, 49.47],
      street: 'Rue Carnot',
      commune: 'Villerupt',
      filling: 0.42,
      measuredAt: Date.parse('2026-11-24T16:00:00Z'),
      emptiedAt: Date.parse('2026-11-20T08:00:00Z'),
      status: 'ok',
    });
  });

  test('takes the first of several filling levels', () => {
    const fillingLevel = [
      { value: 0.3, datasetId: 'urn:ngsi-ld:Dataset:a', observedAt: '2026-11-24T16:00:00Z' },
      { value: 0.7, datasetId: 'urn:ngsi-ld:Dataset:b', observedAt: '2026-11-24T17:00:00Z' },
    ];
    const container = readContainer({ ...GLASS, fillingLevel });
    assert.equal(container?.filling, 0.3);
    assert.equal(container?.measuredAt, Date.parse('2026-11-24T16:00:00Z'));
  });

  test('reads the normalized form as well', () => {
    const container = readContainer({
      ...GLASS,
      name: { type: 'Property', value: 'Verre' },
      location: { type: 'GeoProperty', value: GLASS.location },
      storedWasteKind: { type: 'Property', value: 'glass' },
    });
    assert.equal(container?.name, 'Verre');
    assert.equal(container?.kind, 'glass');
    assert.deepEqual(container?.position, [5.93, 49.47]);
  });

  test('accepts missing measurements', () => {
    const { fillingLevel: _, status: __, dateLastEmptying: ___, ...bare } = GLASS;
    const container = readContainer(bare);
    assert.equal(container?.filling, undefined);
    assert.equal(container?.measuredAt, undefined);
    assert.equal(container?.emptiedAt, undefined);
    assert.equal(container?.status, 'unknown');
  });

  test('limits a filling to 0 to 1', () => {
    assert.equal(readContainer({ ...GLASS, fillingLevel: 1.2 })?.filling, 1);
    assert.equal(readContainer({ ...GLASS, fillingLevel: 0 })?.filling, 0);
  });

  test('treats an unknown kind as other', () => {
    assert.equal(readContainer({ ...GLASS, storedWasteKind: 'moonrock' })?.kind, 'other');
  });

  test('leaves out a container without a position', () => {
    const { location: _, ...nowhere } = GLASS;
    assert.equal(readContainer(nowhere), undefined);
  });
});
