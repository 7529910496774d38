import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { wholeEntity } from '../../src/model/change-entity.ts';
import { parseWholeEntity } from '../../src/model/parse/parse-entity.ts';
import { parseSimplifiedFragment } from '../../src/model/parse/parse-simplified.ts';
import { inEarlierVersion } from '../../src/model/represent/earlier-version.ts';
import { LOCATION, representFeature } from '../../src/model/represent/geojson.ts';
import { chooseLanguage, parseLanguageRanges } from '../../src/model/represent/language.ts';
import { type Format, representEntity } from '../../src/model/represent/represent.ts';
import { isDateTime, isName, isUri } from '../../src/model/values.ts';
import { AT, iri, names } from './names.ts';

const POINT = { type: 'Point', coordinates: [5.9, 49.4] };

function stored(members: object) {
  return wholeEntity(parseWholeEntity({ id: 'urn:a:b', type: 'T', ...members }, names), undefined, AT);
}

function shown(value: unknown, format: Format): unknown {
  return representEntity(stored({ x: value }), names, { format, sysAttrs: false })?.x;
}

describe('An attribute is parsed and represented (4.5.2 to 4.5.4)', () => {
  const rows: [input: unknown, normalized: unknown, concise: unknown, simplified: unknown][] = [
    [5, { type: 'Property', value: 5 }, 5, 5],
    [
      { type: 'Property', value: 5, unitCode: 'KMH' },
      { type: 'Property', value: 5, unitCode: 'KMH' },
      { value: 5, unitCode: 'KMH' },
      5,
    ],
    [[1, 'two'], { type: 'Property', value: [1, 'two'] }, [1, 'two'], [1, 'two']],
    [{ a: { b: 1 } }, { type: 'Property', value: { a: { b: 1 } } }, { a: { b: 1 } }, { a: { b: 1 } }],
    [
      { value: { object: 'x' } },
      { type: 'Property', value: { object: 'x' } },
      { value: { object: 'x' } },
      { object: 'x' },
    ],
    [{ value: [{ value: 1 }] }, { type: 'Property', value: [{ value: 1 }] }, { value: [{ value: 1 }] }, [{ value: 1 }]],
    [
      { value: { type: 'X' } },
      { type: 'Property', value: { type: 'X' } },
      { type: 'Property', value: { type: 'X' } },
      { type: 'X' },
    ],
    [POINT, { type: 'GeoProperty', value: POINT }, POINT, POINT],
    [{ value: POINT }, { type: 'GeoProperty', value: POINT }, POINT, POINT],
    [{ type: 'GeoProperty', value: JSON.stringify(POINT) }, { type: 'GeoProperty', value: POINT }, POINT, POINT],
    [{ object: 'urn:a:c' }, { type: 'Relationship', object: 'urn:a:c' }, { object: 'urn:a:c' }, 'urn:a:c'],
    [
      { object: ['urn:a:c', 'urn:a:d'], objectType: 'T' },
      { type: 'Relationship', object: ['urn:a:c', 'urn:a:d'], objectType: 'T' },
      { object: ['urn:a:c', 'urn:a:d'], objectType: 'T' },
      ['urn:a:c', 'urn:a:d'],
    ],
    [
      { languageMap: { fr: 'Rue' } },
      { type: 'LanguageProperty', languageMap: { fr: 'Rue' } },
      { languageMap: { fr: 'Rue' } },
      { languageMap: { fr: 'Rue' } },
    ],
    [
      { vocab: 'non-commercial' },
      { type: 'VocabProperty', vocab: 'non-commercial' },
      { vocab: 'non-commercial' },
      { vocab: 'non-commercial' },
    ],
    [{ json: { id: 1 } }, { type: 'JsonProperty', json: { id: 1 } }, { json: { id: 1 } }, { json: { id: 1 } }],
    [{ valueList: [3, 3] }, { type: 'ListProperty', valueList: [3, 3] }, { valueList: [3, 3] }, [3, 3]],
    [
      { objectList: ['urn:a:c', { object: 'urn:a:d' }] },
      { type: 'ListRelationship', objectList: [{ object: 'urn:a:c' }, { object: 'urn:a:d' }] },
      { objectList: ['urn:a:c', 'urn:a:d'] },
      ['urn:a:c', 'urn:a:d'],
    ],
    [
      [{ value: 1 }, { value: 2, datasetId: 'urn:a:d' }],
      [
        { type: 'Property', value: 1 },
        { type: 'Property', value: 2, datasetId: 'urn:a:d' },
      ],
      [{ value: 1 }, { value: 2, datasetId: 'urn:a:d' }],
      { dataset: { '@none': 1, 'urn:a:d': 2 } },
    ],
    [{ value: 1, s: 2 }, { type: 'Property', value: 1, s: { type: 'Property', value: 2 } }, { value: 1, s: 2 }, 1],
    [{ '@type': 'Property', value: 1 }, { type: 'Property', value: 1 }, 1, 1],
    [{ value: 1, createdAt: AT, modifiedAt: AT }, { type: 'Property', value: 1 }, 1, 1],
  ];
  for (const [input, normalized, concise, simplified] of rows) {
    test(JSON.stringify(input), () => {
      assert.deepEqual(shown(input, 'normalized'), normalized);
      assert.deepEqual(shown(input, 'concise'), concise);
      assert.deepEqual(shown(input, 'simplified'), simplified);
      assert.deepEqual(shown(normalized, 'normalized'), normalized, 'normalized comes back as it went');
      assert.deepEqual(shown(concise, 'normalized'), normalized, 'concise comes back as it went');
    });
  }
});

describe('Names, URIs and times (1.9)', () => {
  const rows: [check: (text: unknown) => boolean, good: readonly unknown[], bad: readonly unknown[]][] = [
    [
      isName,
      ['a', 'Škola', 'výška_1', 'a1', 'p:name', 'https://a.org/b c'.replace(' ', '')],
      ['', '9a', 'a b', 'a-b', '_a', '@a', 'a:b c', 7],
    ],
    [
      isUri,
      ['urn:a:b', 'urn:ngsi-ld:Ciudad:París', 'https://a.org/?b#c'],
      [
        'a',
        'urn:',
        ':a',
        'a b:c',
        'urn:a<b',
        'urn:a"',
        'urn:{a}',
        'urn:a|b',
        'urn:a\\b',
        'urn:a^',
        'urn:`a',
        'urn:a\u200bb',
        'urn:a\u202eb',
        'urn:a\ufe0f',
        7,
      ],
    ],
    [
      isDateTime,
      ['2026-01-31T12:00:00Z', '2024-02-29T00:00:00Z', '2026-01-01T00:00:00.123456Z', '2026-01-01T00:00:00,5Z'],
      [
        '2026-01-01',
        '2026-01-01T00:00Z',
        '2026-01-01T00:00:00',
        '2026-01-01T00:00:00+01:00',
        '2026-13-01T00:00:00Z',
        '2025-02-29T00:00:00Z',
        '2026-01-01T24:00:00Z',
        '2026-01-01T00:00:60Z',
        '2026-01-01T00:00:00.1234567Z',
        '0000-01-01T00:00:00Z',
        '1900-02-29T00:00:00Z',
        7,
      ],
    ],
  ];
  for (const [check, good, bad] of rows) {
    for (const text of good) test(`${check.name} ${JSON.stringify(text)}`, () => assert.equal(check(text), true));
    for (const text of bad) test(`not ${check.name} ${JSON.stringify(text)}`, () => assert.equal(check(text), false));
  }
});

describe('Language (4.15)', () => {
  const map = { fr: 'f', nl: 'n', 'en-US': 'e', '@none': '-' };
  const rows: [ranges: string, map: Record<string, string>, tag: string][] = [
    ['fr', map, 'fr'],
    ['FR', map, 'fr'],
    ['nl-BE', map, 'nl'],
    ['en', map, 'en-US'],
    ['de', map, '@none'],
    ['*', { fr: 'f', nl: 'n' }, 'fr'],
    ['de', { nl: 'n', fr: 'f' }, 'nl'],
    ['fr;q=0.2,nl;q=0.8', map, 'nl'],
    ['fr;q=0,nl', map, 'nl'],
    ['de,fr', map, 'fr'],
    ['f', map, '@none'],
  ];
  for (const [ranges, languages, tag] of rows) {
    test(`${ranges} of ${Object.keys(languages)}: ${tag}`, () => {
      assert.deepEqual(chooseLanguage(languages, parseLanguageRanges(ranges)), { tag, text: languages[tag] });
    });
  }
});

describe('GeoJSON (4.5.16)', () => {
  const geometryOf = (members: object, property = LOCATION, datasetIds?: ReadonlySet<string | undefined>) =>
    representFeature(
      stored(members),
      names,
      { format: 'normalized', sysAttrs: false, ...(datasetIds && { datasetIds }) },
      property,
    )?.geometry;
  const OTHER = { type: 'Point', coordinates: [6, 50] };
  const two = {
    location: [
      { value: POINT, datasetId: 'urn:a:1' },
      { value: OTHER, datasetId: 'urn:a:2' },
    ],
  };
  const rows: [title: string, geometry: unknown, expected: unknown][] = [
    ['the location', geometryOf({ location: POINT }), POINT],
    ['none', geometryOf({}), null],
    ['another property', geometryOf({ place: OTHER, location: POINT }, iri('place')), OTHER],
    ['no geometry', geometryOf({ place: 5 }, iri('place')), null],
    ['several without a default', geometryOf(two), null],
    ['the instance asked for', geometryOf(two, LOCATION, new Set(['urn:a:2'])), OTHER],
    ['the only instance', geometryOf({ location: { value: POINT, datasetId: 'urn:a:1' } }), POINT],
  ];
  for (const [title, geometry, expected] of rows) test(title, () => assert.deepEqual(geometry, expected));

  test('a Feature has the type and attributes as properties, never the id', () => {
    const feature = representFeature(
      stored({ location: POINT }),
      names,
      { format: 'simplified', sysAttrs: false },
      LOCATION,
    );
    assert.deepEqual(feature, {
      id: 'urn:a:b',
      type: 'Feature',
      geometry: POINT,
      properties: { type: 'T', location: POINT },
    });
  });
});

describe('Earlier versions (4.3.6.8)', () => {
  const earlier = (members: object, minor: number) =>
    representEntity(inEarlierVersion(stored(members), minor, names), names, { format: 'normalized', sysAttrs: true });
  const x = (value: unknown, minor: number) => {
    const {
      createdAt: _c,
      modifiedAt: _m,
      ...rest
    } = Object(earlier({ x: value }, minor)?.x) as Record<string, unknown>;
    return rest;
  };
  const rows: [title: string, result: unknown, expected: unknown][] = [
    ['JsonProperty in 1.7', x({ json: { a: 1 } }, 7), { type: 'Property', value: { a: 1 } }],
    ['JsonProperty in 1.8', x({ json: { a: 1 } }, 8), { type: 'JsonProperty', json: { a: 1 } }],
    ['VocabProperty in 1.7', x({ vocab: 'led' }, 7), { type: 'Property', value: 'led' }],
    ['ListProperty in 1.7', x({ valueList: [1] }, 7), { type: 'Property', value: [1] }],
    ['ListRelationship in 1.7', x({ objectList: ['urn:a:c'] }, 7), { type: 'Relationship', object: ['urn:a:c'] }],
    ['objectType in 1.7', x({ object: 'urn:a:c', objectType: 'T' }, 7), { type: 'Relationship', object: 'urn:a:c' }],
    ['LanguageProperty in 1.3', x({ languageMap: { fr: 'Rue' } }, 3), { type: 'Property', value: { fr: 'Rue' } }],
    ['valueType in 1.8', x({ value: 1, valueType: 'V' }, 8), { type: 'Property', value: 1 }],
    ['unitCode in 1.2', x({ value: 1, unitCode: 'CEL' }, 2), { type: 'Property', value: 1 }],
    ['unitCode in 1.3', x({ value: 1, unitCode: 'CEL' }, 3), { type: 'Property', value: 1, unitCode: 'CEL' }],
    ['scope in 1.3', earlier({ scope: '/A' }, 3)?.scope, undefined],
    ['scope in 1.4', earlier({ scope: '/A' }, 4)?.scope, '/A'],
    ['expiresAt in 1.8', earlier({ expiresAt: AT }, 8)?.expiresAt, undefined],
    ['types in 1.2', earlier({ type: ['T', 'U'] }, 2)?.type, 'T'],
  ];
  for (const [title, result, expected] of rows) test(title, () => assert.deepEqual(result, expected));

  test('an entity that the version supports is the same object', () => {
    const entity = stored({ x: 1 });
    assert.equal(inEarlierVersion(entity, 1, names), entity);
  });
});

describe('Simplified fragments (6.5.3.4)', () => {
  const before = stored({
    near: { object: 'urn:a:c' },
    kind: { vocab: 'led' },
    place: POINT,
    level: 1,
    street: { languageMap: { fr: 'Rue' } },
  });
  const read = (body: Record<string, unknown>, lang?: string) => {
    const { attributes } = parseSimplifiedFragment(body, before, names, lang);
    return Object.values(attributes)
      .flat()
      .map(({ type, value, datasetId, deleted }) => ({ type, value, datasetId, deleted }));
  };
  const instance = (type: string | undefined, value?: unknown, more = {}) => [
    { type, value, datasetId: undefined, deleted: undefined, ...more },
  ];
  const rows: [body: Record<string, unknown>, expected: unknown, lang?: string][] = [
    [{ near: 'urn:a:d' }, instance('Relationship', 'urn:a:d')],
    [{ kind: 'sodium' }, instance('VocabProperty', iri('sodium'))],
    [{ kind: { vocab: 'sodium' } }, instance('VocabProperty', iri('sodium'))],
    [{ level: { a: 1 } }, instance('Property', { a: 1 })],
    [{ street: 'Wee' }, instance('LanguageProperty', { lb: 'Wee' }), 'lb'],
    [{ street: { languageMap: { lb: 'Wee' } } }, instance('LanguageProperty', { lb: 'Wee' })],
    [{ fresh: POINT }, instance('GeoProperty', POINT)],
    [{ fresh: { json: [1] } }, instance('JsonProperty', [1])],
    [{ fresh: 'urn:a:d' }, instance('Property', 'urn:a:d')],
    [{ level: 'urn:ngsi-ld:null' }, instance(undefined, undefined, { deleted: true })],
    [{ level: { dataset: { 'urn:a:1': 7 } } }, instance('Property', 7, { datasetId: 'urn:a:1' })],
  ];
  for (const [body, expected, lang] of rows)
    test(JSON.stringify(body), () => assert.deepEqual(read(body, lang), expected));

  const wrong: [body: Record<string, unknown>, message: RegExp][] = [
    [{ near: 5 }, /near.object: got 5, expected an absolute URI/],
    [{ place: 'here' }, /place.value: got "here", expected a GeoJSON geometry/],
    [{ street: 'Wee' }, /street: got "Wee", expected a languageMap, or the parameter lang/],
  ];
  for (const [body, message] of wrong)
    test(`refuses ${JSON.stringify(body)}`, () => assert.throws(() => read(body), message));
});
