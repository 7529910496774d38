import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entity, NgsiLdClient, NormalizedAttribute, Streetlight, WasteContainer } from '../src/index.ts';

// The compiler does the testing: `npm run types` fails when a line marked as an error is none.
test('the types of the models hold their entities to their words', () => {
  const lamp: Streetlight = {
    id: 'urn:ngsi-ld:Streetlight:audun-le-tiche-001',
    type: 'Streetlight',
    powerState: 'low',
    illuminanceLevel: 0.3,
    location: { type: 'Point', coordinates: [5.95, 49.47] },
  };
  // @ts-expect-error: no power state
  const dim: Streetlight = { ...lamp, powerState: 'dimmed' };
  // @ts-expect-error: another type
  const container: WasteContainer = lamp;
  // @ts-expect-error: an entity has an id
  const nameless: Streetlight = { type: 'Streetlight' };
  // @ts-expect-error: a Relationship has an object
  const cabinet: NormalizedAttribute<'Relationship'> = { type: 'Relationship', value: 'urn:a:1' };
  assert.deepEqual(
    [dim.id, container.id, nameless.type, cabinet.type],
    [lamp.id, lamp.id, 'Streetlight', 'Relationship'],
  );
});

test('a client tells the model its caller asks for', async () => {
  const retrieve = async (client: Pick<NgsiLdClient, 'retrieveEntity'>): Promise<Streetlight | undefined> =>
    client.retrieveEntity<Streetlight>('urn:a:1', { format: 'simplified' });
  const lamp = await retrieve({
    retrieveEntity: async <E = Entity>() => ({ id: 'urn:a:1', type: 'Streetlight' }) as E,
  });
  assert.equal(lamp?.type, 'Streetlight');
});
