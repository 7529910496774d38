import assert from 'node:assert/strict';
import { eachDatabase, freshTenant } from '@alzette/broker/test-support';
import { createWriteLane } from '../../src/entities/write-lane/lane.ts';
import { documentOf, entityOf } from '../../src/model/document.ts';
import type { Entity } from '../../src/model/entity.ts';
import { Generator } from '../query/generate.ts';

const BORN = '2026-01-01T00:00:00.000Z';
const CHANGED = '2026-01-02T00:00:00.000Z';

/** Of two attributes one was changed and got a sub-attribute; another existed before. */
const LAMP: Entity = {
  id: 'urn:ngsi-ld:Lamp:1',
  types: ['https://example.org/Lamp'],
  createdAt: BORN,
  modifiedAt: CHANGED,
  attributes: {
    'https://example.org/name': [{ type: 'Property', value: 'L1', createdAt: BORN, modifiedAt: BORN }],
    'https://example.org/power': [
      {
        type: 'Property',
        value: 7,
        createdAt: BORN,
        modifiedAt: CHANGED,
        attributes: {
          'https://example.org/by': [{ type: 'Property', value: 'x', createdAt: BORN, modifiedAt: BORN }],
          'https://example.org/reading': [{ type: 'Property', value: 3, createdAt: CHANGED, modifiedAt: CHANGED }],
        },
      },
    ],
  },
};

eachDatabase('Times in stored documents', (test) => {
  test('are stored where they differ from those of the entity', async () => {
    assert.deepEqual(JSON.parse(documentOf(LAMP)), {
      ...LAMP,
      attributes: {
        'https://example.org/name': [{ type: 'Property', value: 'L1' }],
        'https://example.org/power': [
          {
            type: 'Property',
            value: 7,
            modifiedAt: CHANGED,
            attributes: {
              'https://example.org/by': [{ type: 'Property', value: 'x' }],
              'https://example.org/reading': [{ type: 'Property', value: 3, createdAt: CHANGED }],
            },
          },
        ],
      },
    });
  });

  test('are complete when an entity is read, by us and in SQL, also from documents with all of them', async (_t, db) => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const generator = new Generator(seed);
    const entities = [LAMP, ...Array.from({ length: 300 }, (_, n) => generator.entity(n))];
    for (const entity of entities) {
      const document = documentOf(entity);
      assert.deepEqual(entityOf(document), entity, `seed ${seed}`);
      assert.deepEqual(entityOf(JSON.stringify(entity)), entity);
    }
    const { rows } = await db.query<{ n: number }>({
      text: `SELECT d.n::int FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS d(document, n)
        JOIN jsonb_array_elements($2::jsonb) WITH ORDINALITY AS e(entity, n) USING (n)
        WHERE document_with_times(d.document) <> e.entity OR document_with_times(e.entity) <> e.entity`,
      values: [`[${entities.map(documentOf).join(',')}]`, JSON.stringify(entities)],
    });
    assert.deepEqual(rows, [], `seed ${seed}`);
  });

  test('are those of the change in history', async (_t, db) => {
    const tenant = freshTenant();
    let now = new Date(BORN);
    const lane = createWriteLane(db, { now: () => now });
    const { attributes, ...members } = LAMP;
    const { 'https://example.org/power': power } = attributes;
    const born = {
      ...LAMP,
      modifiedAt: BORN,
      attributes: { 'https://example.org/name': attributes['https://example.org/name'] ?? [] },
    };
    await lane.write(tenant, LAMP.id, () => ({ after: born, result: null }));
    now = new Date(CHANGED);
    await lane.write(tenant, LAMP.id, () => ({
      after: { ...members, attributes: { ...born.attributes, 'https://example.org/power': power ?? [] } },
      result: null,
    }));
    const { rows } = await db.query<{ attribute: string; instance: string; modified: string }>({
      text: `SELECT attribute, instance::text, document_time(modified_at) AS modified FROM evolution WHERE tenant = $1 ORDER BY n`,
      values: [tenant],
    });
    assert.deepEqual(
      rows.map(({ attribute, instance, modified }) => [attribute, Object.keys(JSON.parse(instance)), modified]),
      [
        ['https://example.org/name', ['type', 'value'], BORN],
        ['https://example.org/power', ['type', 'value', 'attributes'], CHANGED],
      ],
    );
  });
});
