import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Entity, NgsiLdClient, NormalizedAttribute } from '../src/index.ts';
import {
  build,
  type Concise,
  type Normalized,
  type Streetlight,
  streetlight,
  type WasteContainer,
} from '../src/models/catalog.ts';
import { toConcise, toNormalized } from '../src/representation/convert.ts';
import { catalog, goodExample } from './support/reference.ts';

const PLACE = { type: 'Point', coordinates: [5.95, 49.47] } satisfies Streetlight['location'];

// The compiler runs these tests: `npm run types` fails if a line marked as an error has none.
describe('the types of the models check the names in entities', () => {
  test('in simplified form', () => {
    const lamp: Streetlight = {
      id: 'urn:ngsi-ld:Streetlight:audun-le-tiche-001',
      type: 'Streetlight',
      powerState: 'low',
      illuminanceLevel: 0.3,
      status: 'ok',
      location: PLACE,
    };
    // @ts-expect-error: no power state
    const dim: Streetlight = { ...lamp, powerState: 'dimmed' };
    // @ts-expect-error: another type
    const container: WasteContainer = lamp;
    // @ts-expect-error: an entity has an id
    const nameless: Streetlight = { type: 'Streetlight', status: 'ok', location: PLACE };
    // @ts-expect-error: the location is required
    const nowhere: Streetlight = { id: 'urn:a:1', type: 'Streetlight', status: 'ok' };
    // @ts-expect-error: no such attribute
    const misspelt: Streetlight = { ...lamp, iluminanceLevel: 0.3 };
    // @ts-expect-error: a number is not a text
    const worded: Streetlight = { ...lamp, illuminanceLevel: 'half' };
    assert.ok([dim, container, nameless, nowhere, misspelt, worded].every(({ type }) => type === 'Streetlight'));
  });

  test('in normalized form', () => {
    const lamp: Normalized<typeof streetlight> = {
      id: 'urn:a:1',
      type: 'Streetlight',
      status: { type: 'Property', value: 'ok', observedAt: '2026-01-01T00:00:00Z' },
      location: { type: 'GeoProperty', value: PLACE },
      name: { type: 'LanguageProperty', languageMap: { fr: 'Lampe', en: 'Lamp' } },
      refDevice: [{ type: 'Relationship', object: 'urn:d:1', datasetId: 'urn:x:1' }],
    };
    // @ts-expect-error: the kind is GeoProperty
    const flat: Normalized<typeof streetlight> = { ...lamp, location: { type: 'Property', value: PLACE } };
    // @ts-expect-error: a Relationship has an object
    const valued: Normalized<typeof streetlight> = { ...lamp, refDevice: { type: 'Relationship', value: 'urn:d:1' } };
    // @ts-expect-error: no such status
    const wrong: Normalized<typeof streetlight> = { ...lamp, status: { type: 'Property', value: 'fine' } };
    // @ts-expect-error: a Relationship has an object
    const cabinet: NormalizedAttribute<'Relationship'> = { type: 'Relationship', value: 'urn:a:1' };
    assert.ok([flat, valued, wrong, cabinet].every(({ type }) => typeof type === 'string'));
  });

  test('in concise form', () => {
    const lamp: Concise<typeof streetlight> = {
      id: 'urn:a:1',
      type: 'Streetlight',
      status: 'ok',
      location: PLACE,
      illuminanceLevel: { value: 0.5, observedAt: '2026-01-01T00:00:00Z' },
      refDevice: { object: 'urn:d:1' },
    };
    // @ts-expect-error: no such status
    const wrong: Concise<typeof streetlight> = { ...lamp, status: { value: 'fine' } };
    assert.equal(wrong.type, lamp.type);
  });

  test('in the builder, which adds the units', () => {
    const lamp = build(streetlight, 'urn:a:1')
      .set('status', 'ok')
      .set('powerConsumption', 40, { observedAt: '2026-01-01T00:00:00Z' })
      .set('location', PLACE)
      .set('refStreetlightGroup', 'urn:g:1');
    // @ts-expect-error: no such status
    build(streetlight, 'urn:a:1').set('status', 'fine');
    // @ts-expect-error: no such attribute
    build(streetlight, 'urn:a:1').set('statuss', 'ok');
    // @ts-expect-error: a number is required
    build(streetlight, 'urn:a:1').set('powerConsumption', '40 W');
    assert.deepEqual(lamp.toNormalized(), {
      id: 'urn:a:1',
      type: 'Streetlight',
      status: { type: 'Property', value: 'ok' },
      powerConsumption: { type: 'Property', value: 40, unitCode: 'WTT', observedAt: '2026-01-01T00:00:00Z' },
      location: { type: 'GeoProperty', value: PLACE },
      refStreetlightGroup: { type: 'Relationship', object: 'urn:g:1' },
    });
    assert.deepEqual(lamp.toConcise(), {
      id: 'urn:a:1',
      type: 'Streetlight',
      status: 'ok',
      powerConsumption: { value: 40, unitCode: 'WTT', observedAt: '2026-01-01T00:00:00Z' },
      location: PLACE,
      refStreetlightGroup: { object: 'urn:g:1' },
    });
    assert.equal(lamp.toKeyValues().powerConsumption, 40);
  });

  test('in the answers of a client', async () => {
    const retrieve = async (client: Pick<NgsiLdClient, 'retrieveEntity'>): Promise<Streetlight | undefined> =>
      client.retrieveEntity<Streetlight>('urn:a:1', { format: 'simplified' });
    const lamp = await retrieve({
      retrieveEntity: async <E = Entity>() => ({ id: 'urn:a:1', type: 'Streetlight' }) as E,
    });
    assert.equal(lamp?.type, 'Streetlight');
  });
});

describe('concise form loses nothing', () => {
  for (const type of catalog) {
    test(`of the example of ${type.type}`, () => {
      const { entity } = goodExample(type);
      if (type.type === 'CityWork') return; // attributes of an unknown type inside
      assert.deepEqual(toNormalized(toConcise(entity)), entity);
    });
  }

  test('of values that look like another kind', () => {
    const entity = {
      id: 'urn:a:1',
      type: 'T',
      a: { type: 'Property', value: { type: 'Point', coordinates: [1, 2] } },
      b: { type: 'Property', value: { value: 1 } },
      c: { type: 'Property', value: [{ object: 'urn:x:1' }] },
      d: { type: 'VocabProperty', vocab: 'x' },
      e: { type: 'Property', value: 1, f: { type: 'Property', value: 2 } },
    };
    assert.deepEqual(toNormalized(toConcise(entity)), entity);
  });
});
