import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entityAttributes } from './entity-attributes.ts';

test('attributes are grouped into measures, properties and links, without empty ones and members of the entity itself', () => {
  const { measures, properties, links } = entityAttributes({
    id: 'urn:ngsi-ld:Streetlight:1',
    type: 'Streetlight',
    scope: '/Thil',
    name: 'Lamp 1',
    address: { addressLocality: 'Thil' },
    powerState: { value: 'on', observedAt: '2026-03-01T12:00:00Z' },
    status: 'ok',
    dim: '',
    refStreetlightControlCabinet: { object: 'urn:ngsi-ld:StreetlightControlCabinet:1' },
    createdAt: '2026-03-01T12:00:00Z',
  });
  assert.deepEqual(
    [measures, properties, links].map((group) => group.map(({ name }) => name)),
    [['powerState'], ['status'], ['refStreetlightControlCabinet']],
  );
});
