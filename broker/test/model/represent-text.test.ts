import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { coreContext, DEFAULT_VOCABULARY } from '@alzette/ngsi-ld-schemas/contexts';
import { createCompiler } from '../../src/context/compile.ts';
import { iriOfQuoted, quotedCoreName } from '../../src/model/core-names.ts';
import type { Entity } from '../../src/model/entity.ts';
import type { NameCompactor } from '../../src/model/names.ts';
import { headOf, representTexts, TEXT_SEPARATOR } from '../../src/model/represent/fast/represent-text.ts';
import { shownText } from '../../src/model/represent/fast/shown-text.ts';
import { representEntity } from '../../src/model/represent/represent.ts';
import { Generator } from '../query/generate.ts';
import { AT, iri, names } from './names.ts';

const { core } = await createCompiler(coreContext['@context'] as Record<string, unknown>);
const CORE: NameCompactor = { isCore: true, compact: (name) => core.compact(name) };

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

const named = (name: string) =>
  ({ ...PLAIN, attributes: { [name]: entity({ value: 1 }).attributes[iri('x')] } }) as Entity;

/** Entities, and whether the stored text alone is enough for the answer. */
const ROWS: readonly [what: string, entity: Entity, isEnough: boolean][] = [
  ['nothing but an id and a type', PLAIN, true],
  ['two types and scopes', { ...PLAIN, types: [iri('Lamp'), iri('Bin')], scopes: ['/a/b', '/c'] }, true],
  ['one scope', { ...PLAIN, scopes: ['/a'] }, true],
  ['quotes, backslashes and line breaks', entity({ value: 'a "b\\" c\\\\" \n \u0001 é 😀 ", "' }), true],
  ['a quote before the end', entity({ value: 'ends with a backslash \\' }), true],
  ['a separator in a text', entity({ value: TEXT_SEPARATOR }), true],
  ['brackets in texts', entity({ value: { 'a}': ['{"', ']', { b: [] }] } }), true],
  ['null, true and numbers', entity({ value: [null, true, -1.5e-7, 0] }), true],
  ['a number of many digits', entity({ value: 1.5e300 }), true],
  ['two instances', entity({ value: 1 }, { value: 2, datasetId: 'urn:d:2' }), true],
  ['a time without milliseconds', entity({ value: 1, observedAt: '2026-01-01T00:00:00Z' }), true],
  ['an attribute that expires', entity({ value: 1, expiresAt: '2100-01-01T00:00:00.000Z' }), false],
  ['a vocabulary', entity({ type: 'VocabProperty', value: iri('red') }), true],
  ['several of a vocabulary', entity({ type: 'VocabProperty', value: [iri('red'), iri('blue')] }), true],
  ['none of a vocabulary', entity({ type: 'VocabProperty', value: [] }), true],
  ['a list of relationships', entity({ type: 'ListRelationship', value: ['urn:a:1', 'urn:b:}'] }), true],
  ['types of values and objects', entity({ value: 1, valueType: iri('Watt'), objectType: [iri('A'), iri('B')] }), true],
  ['a proof', entity({ value: {}, sealed: { entityIdSealed: 'urn:a:1', entityTypeSealed: iri('Lamp') } }), true],
  ['a name with a backslash', named('urn:a\\b'), false],
  ['a name of the default vocabulary', named(`${DEFAULT_VOCABULARY}speed`), true],
  ['a name there that the core has for something else', named(`${DEFAULT_VOCABULARY}status`), false],
  ['a term of the core', named('http://purl.org/dc/terms/description'), true],
  ['a member of attributes as a name', named('https://uri.etsi.org/ngsi-ld/unitCode'), false],
];

function drawn(): Entity[] {
  const generator = new Generator(7);
  return Array.from({ length: 300 }, (_, index) => generator.entity(index));
}

describe('Entities are represented from their stored text', () => {
  for (const [what, row, isEnough] of ROWS) {
    test(what, () => assert.equal(shownText(row) !== undefined, isEnough));
  }

  test('equal to representEntity, in either format and any @context', () => {
    let shownByText = 0;
    for (const each of [...drawn(), ...ROWS.map(([, row]) => row)]) {
      const text = shownText(each);
      if (text === undefined) continue;
      shownByText++;
      for (const compactor of [names, CORE, { compact: CORE.compact }]) {
        for (const format of ['normalized', 'simplified'] as const) {
          const how = { format, sysAttrs: false };
          assert.deepEqual(
            JSON.parse(representTexts(text, compactor, format)),
            representEntity(each, compactor, how),
            text,
          );
          const isEven = (name: string) => name.length % 2 === 0;
          const attributes = Object.fromEntries(Object.entries(each.attributes).filter(([name]) => isEven(name)));
          const part = representEntity({ ...each, attributes }, compactor, how);
          assert.deepEqual(JSON.parse(representTexts(text, compactor, format, isEven)), part, text);
        }
      }
      const { id, types, scopes } = each;
      assert.deepEqual(headOf(text), { id, types, ...(scopes && { scopes }) });
    }
    assert.ok(shownByText > 100, `${shownByText} were`);
  });

  test('a list equals its entities one by one', () => {
    const texts = drawn().flatMap((each) => shownText(each) ?? []);
    for (const format of ['normalized', 'simplified'] as const) {
      const one = texts.map((text) => representTexts(text, names, format)).join(TEXT_SEPARATOR);
      assert.equal(representTexts(texts.join(TEXT_SEPARATOR), names, format), one);
    }
    assert.equal(representTexts('', names, 'normalized'), '');
  });
});

test('Simple names are compacted as the core @context does, and expand to their IRIs again', () => {
  const terms = Object.keys(coreContext['@context'] as object);
  const iris = [
    ...terms
      .flatMap((term) => [core.attribute.bind(core, term), () => DEFAULT_VOCABULARY + term])
      .flatMap(iriOrNothing),
    ...['a', 'a-b', 'a_1', '1a', 'a:b', 'é', 'a b', '', '__proto__'].map((name) => DEFAULT_VOCABULARY + name),
    ...['https://a.example/b', 'urn:x:y', 'https://uri.etsi.org/ngsi-ld/other', 'https://purl.org/geojson/vocab#other'],
  ];
  let simple = 0;
  for (const each of iris) {
    const quoted = quotedCoreName(each);
    if (quoted === undefined) continue;
    simple++;
    assert.equal(quoted, JSON.stringify(core.compact(each)));
    assert.equal(iriOfQuoted(quoted), each);
  }
  assert.ok(simple > 100, `${simple} of ${iris.length} are`);
});

function iriOrNothing(expand: () => string): string[] {
  try {
    return [expand()];
  } catch {
    return []; // a keyword
  }
}
