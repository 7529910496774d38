import assert from 'node:assert/strict';
import { eachDatabase, freshTenant } from '@alzette/broker/test-support';
import type { Entity } from '../../src/model/entity.ts';
import { withoutExpired } from '../../src/model/expiry.ts';
import { representEntity } from '../../src/model/represent.ts';
import { representText } from '../../src/model/represent-text.ts';
import { createWriteLane } from '../../src/store/lane.ts';
import { Generator } from '../query/generate.ts';
import { AT, iri, names } from './names.ts';

const PLAIN: Entity = {
  id: 'urn:ngsi-ld:Lamp:1',
  types: [iri('Lamp')],
  createdAt: AT,
  modifiedAt: AT,
  attributes: {},
};

function entity(...instances: object[]): Entity {
  const times = { createdAt: AT, modifiedAt: AT };
  const all = instances.map((instance) => ({ type: 'Property', ...instance, ...times }));
  return { ...PLAIN, attributes: { [iri('x')]: all as unknown as Entity['attributes'][string] } };
}

/** Entities, and whether their text alone says how they are shown. */
const ROWS: readonly [what: string, entity: Entity, isEnough: boolean][] = [
  ['nothing but an id and a type', PLAIN, true],
  ['two types and scopes', { ...PLAIN, types: [iri('Lamp'), iri('Bin')], scopes: ['/a/b', '/c'] }, true],
  ['one scope', { ...PLAIN, scopes: ['/a'] }, true],
  ['quotes, backslashes and line breaks', entity({ value: 'a "b\\" c\\\\" \n \u0001 é 😀 ", "' }), true],
  ['a quote before the end', entity({ value: 'ends with a backslash \\' }), true],
  ['brackets in texts', entity({ value: { 'a}': ['{"', ']', { b: [] }] } }), true],
  ['null, true and numbers', entity({ value: [null, true, -1.5e-7, 0] }), true],
  ['a number of many digits', entity({ value: 1.5e300 }), false],
  ['two instances', entity({ value: 1 }, { value: 2, datasetId: 'urn:d:2' }), true],
  ['a time without milliseconds', entity({ value: 1, observedAt: '2026-01-01T00:00:00Z' }), true],
  ['an attribute that expires', entity({ value: 1, expiresAt: '2100-01-01T00:00:00.000Z' }), false],
  ['a vocabulary', entity({ type: 'VocabProperty', value: iri('red') }), true],
  ['several of a vocabulary', entity({ type: 'VocabProperty', value: [iri('red'), iri('blue')] }), false],
  ['a list of relationships', entity({ type: 'ListRelationship', value: ['urn:a:1'] }), false],
  ['a type of values', entity({ value: 1, valueType: iri('Watt') }), true],
  ['a name with a backslash', { ...PLAIN, types: ['urn:a\\b'] }, false],
];

eachDatabase('Entities are shown by their text', (test) => {
  test('as representEntity shows them, in either format, or not at all', async (_t, db) => {
    const generator = new Generator(7);
    const drawn = Array.from({ length: 300 }, (_, index) => generator.entity(index));
    const tabled = ROWS.map(([, entity], index) => ({ ...entity, id: `urn:ngsi-ld:Row:${index}` }));
    const tenant = freshTenant();
    const writes = [...drawn, ...tabled].map((after) => ({
      entityId: after.id,
      decide: () => ({ after, result: undefined }),
    }));
    for (const outcome of await createWriteLane(db).writeAll(tenant, writes)) assert.ok('result' in outcome);
    const text = 'SELECT id, document FROM entity WHERE tenant = $1';
    const { rows } = await db.query<{ id: string; document: string }>({ text, values: [tenant] });
    assert.equal(rows.length, writes.length);
    let shownByText = 0;
    for (const { id, document } of rows) {
      const entity = withoutExpired(JSON.parse(document) as Entity, AT);
      for (const format of ['normalized', 'simplified'] as const) {
        const shown = representText(document, names, format);
        if (shown !== undefined) {
          assert.deepEqual(JSON.parse(shown), representEntity(entity, names, { format, sysAttrs: false }), document);
          shownByText++;
        }
        const isEven = (name: string) => name.length % 2 === 0;
        const even = representText(document, names, format, isEven);
        assert.equal(even !== undefined, shown !== undefined, 'what is hidden must be read as well');
        if (even !== undefined) {
          const attributes = Object.fromEntries(Object.entries(entity.attributes).filter(([name]) => isEven(name)));
          const part = representEntity({ ...entity, attributes }, names, { format, sysAttrs: false });
          assert.deepEqual(JSON.parse(even), part, document);
        }
        const row = id.startsWith('urn:ngsi-ld:Row:') ? ROWS[Number(id.split(':').at(-1))] : undefined;
        if (row !== undefined && format === 'normalized') assert.equal(shown !== undefined, row[2], row[0]);
      }
    }
    assert.ok(shownByText > 100, `${shownByText} of ${rows.length * 2} were`);
  });
});
