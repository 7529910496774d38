import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { appendAttributes, updateAttributes, wholeEntity } from '../../src/model/change-entity.ts';
import { changeOf, sameJson } from '../../src/model/diff.ts';
import type { Entity } from '../../src/model/entity.ts';
import { withoutExpired } from '../../src/model/expiry.ts';
import { mergeEntity, partiallyUpdated } from '../../src/model/merge-entity.ts';
import { parseAttributeFragment, parseEntityFragment, parseWholeEntity } from '../../src/model/parse/parse-entity.ts';
import { representEntity } from '../../src/model/represent/represent.ts';
import type { JsonObject } from '../../src/model/values.ts';
import { AT, iri, LATER, names } from './names.ts';

const SOURCE = { type: 'Property', value: 'x' };
const STORED = {
  type: 'Property',
  value: { a: 1, b: 2 },
  unitCode: 'CEL',
  observedAt: '2026-01-01T00:00:00Z',
  src: SOURCE,
};

function stored(members: JsonObject = { t: STORED }): Entity {
  return wholeEntity(parseWholeEntity({ id: 'urn:a:b', type: 'T', ...members }, names), undefined, AT);
}

function shown(entity: Entity): unknown {
  const output = representEntity(entity, names, { format: 'normalized', sysAttrs: false }) as Record<string, unknown>;
  delete output.id;
  delete output.type;
  return output;
}

const append = (body: JsonObject, overwrite = true, before = stored()) =>
  appendAttributes(before, parseEntityFragment(body, names, 'complete'), overwrite, LATER);
const update = (body: JsonObject, before = stored()) =>
  updateAttributes(before, parseEntityFragment(body, names, 'update'), LATER);
const merge = (body: JsonObject, before = stored(), options = {}) =>
  mergeEntity(before, parseEntityFragment(body, names, 'merge'), options, LATER);

function partial(body: JsonObject): unknown {
  const before = stored();
  const [target] = before.attributes[iri('t')] as [Entity['attributes'][string][number]];
  const fragment = parseAttributeFragment(body, 't', iri('t'), names, 'partial');
  const after = partiallyUpdated('t', target, fragment, LATER);
  return shown({ ...before, attributes: { [iri('t')]: [after] } });
}

const { value: _, ...REST } = STORED;
const NEW = { t: { type: 'Property', value: { a: 9 } } };
const NULL = 'urn:ngsi-ld:null';

describe('The operations that change an attribute, compared', () => {
  const rows: [title: string, result: () => unknown, expected: unknown][] = [
    ['append replaces it as a whole', () => shown(append(NEW).after), NEW],
    ['append without overwriting leaves it', () => shown(append(NEW, false).after), { t: STORED }],
    ['update replaces it as a whole', () => shown(update(NEW).after), NEW],
    ['partial update replaces its value', () => partial({ value: { a: 9 } }), { t: { ...STORED, value: { a: 9 } } }],
    ['partial update takes a member away', () => partial({ unitCode: NULL }), { t: { ...without('unitCode') } }],
    ['partial update takes a sub-attribute away', () => partial({ src: NULL }), { t: { ...without('src') } }],
    ['merge changes a key of the value', () => shown(merge(NEW)), { t: { ...REST, value: { a: 9, b: 2 } } }],
    [
      'merge takes a key and a sub-attribute away',
      () => shown(merge({ t: { value: { b: NULL }, src: NULL } })),
      { t: { ...without('src'), value: { a: 1 } } },
    ],
    ['merge of Null takes it away', () => shown(merge({ t: NULL })), {}],
    ['update of Null takes it away', () => shown(update({ t: { type: 'Property', value: NULL } }).after), {}],
    ['update of Null in short takes it away', () => shown(update({ t: NULL }).after), {}],
    ['merge of nothing changes nothing', () => shown(merge({})), { t: STORED }],
    ['merge of a Null that hits nothing adds nothing', () => shown(merge({ u: NULL })), { t: STORED }],
    [
      'merge replaces a list',
      () => shown(merge({ l: [3] }, stored({ l: [1, 2] }))),
      { l: { type: 'Property', value: [3] } },
    ],
    [
      'merge of a new value drops its Nulls',
      () => shown(merge({ u: { value: { a: NULL, b: { c: NULL, d: 1 } } } }, stored({}))),
      { u: { type: 'Property', value: { b: { d: 1 } } } },
    ],
    [
      'merge of a languageMap goes by language',
      () =>
        shown(
          merge(
            { s: { languageMap: { fr: 'Rue', de: NULL } } },
            stored({ s: { languageMap: { de: 'Weg', nl: 'Straat' } } }),
          ),
        ),
      { s: { type: 'LanguageProperty', languageMap: { nl: 'Straat', fr: 'Rue' } } },
    ],
    [
      'merge with lang writes one language',
      () => shown(merge({ s: 'Rue' }, stored({ s: { languageMap: { nl: 'Straat' } } }), { lang: 'fr' })),
      { s: { type: 'LanguageProperty', languageMap: { nl: 'Straat', fr: 'Rue' } } },
    ],
    [
      'merge with observedAt moves what had one',
      () => shown(merge({ t: { value: { a: 9 } }, u: 1 }, stored(), { observedAt: '2026-05-05T00:00:00Z' })),
      {
        t: { ...REST, observedAt: '2026-05-05T00:00:00Z', value: { a: 9, b: 2 } },
        u: { type: 'Property', value: 1 },
      },
    ],
  ];
  for (const [title, result, expected] of rows) test(title, () => assert.deepEqual(result(), expected));

  function without(member: keyof typeof STORED): object {
    const { [member]: _gone, ...rest } = STORED;
    return rest;
  }

  test('the time of creation is kept, the time of modification changes', () => {
    for (const after of [append(NEW).after, update(NEW).after, merge(NEW)]) {
      const [instance] = after.attributes[iri('t')] ?? [];
      assert.deepEqual([instance?.createdAt, instance?.modifiedAt], [AT, LATER]);
      assert.deepEqual([after.createdAt, after.modifiedAt], [AT, LATER]);
    }
  });

  test('a merge of another kind is refused', () => {
    assert.throws(
      () => merge({ t: { type: 'Relationship', object: 'urn:a:c' } }),
      /t: got "Relationship", expected a Property/,
    );
    assert.throws(() => merge({ u: { unitCode: 'CEL' } }), /u: got nothing, expected a value/);
  });
});

describe('Instances by datasetId', () => {
  const two = stored({ t: [{ value: 1 }, { value: 2, datasetId: 'urn:a:d' }] });
  const values = (entity: Entity) =>
    (entity.attributes[iri('t')] ?? []).map(({ value, datasetId }) => [value, datasetId]);

  const rows: [title: string, after: Entity, expected: unknown][] = [
    [
      'append replaces the one it names',
      append({ t: { value: 9, datasetId: 'urn:a:d' } }, true, two).after,
      [
        [1, undefined],
        [9, 'urn:a:d'],
      ],
    ],
    [
      '@none is the default instance',
      append({ t: { value: 9, datasetId: '@none' } }, true, two).after,
      [
        [9, undefined],
        [2, 'urn:a:d'],
      ],
    ],
    [
      'a new one stands beside the others',
      update({ t: { value: 3, datasetId: 'urn:a:e' } }, two).after,
      [
        [1, undefined],
        [2, 'urn:a:d'],
        [3, 'urn:a:e'],
      ],
    ],
    [
      'Null takes the named one alone',
      merge({ t: { type: 'Property', value: NULL, datasetId: 'urn:a:d' } }, two),
      [[1, undefined]],
    ],
    ['Null in short takes the default one', merge({ t: NULL }, two), [[2, 'urn:a:d']]],
    ['the last one takes the attribute with it', merge({ t: NULL }, stored({ t: 1 })), []],
  ];
  for (const [title, after, expected] of rows) test(title, () => assert.deepEqual(values(after), expected));
});

describe('Types, scopes and the parts that were not applied', () => {
  test('types are only added', () => {
    assert.deepEqual(append({ type: ['U', 'T'] }).after.types, [iri('T'), iri('U')]);
    assert.deepEqual(merge({ type: 'T' }).types, [iri('T')]);
  });

  const A = stored({ scope: '/A' });
  const rows: [title: string, scopes: unknown, expected: unknown][] = [
    ['append replaces', append({ scope: '/B' }, true, A).after.scopes, ['/B']],
    ['append without overwriting adds', append({ scope: ['/A', '/B'] }, false, A).after.scopes, ['/A', '/B']],
    ['update replaces', update({ scope: '/B' }, A).after.scopes, ['/B']],
    ['update of an entity without one does nothing', update({ scope: '/B' }, stored({})).after.scopes, undefined],
    ['update of Null takes it away', update({ scope: NULL }, A).after.scopes, undefined],
    ['merge replaces', merge({ scope: ['/C', '/D'] }, A).scopes, ['/C', '/D']],
    ['merge of Null takes it away', merge({ scope: NULL }, A).scopes, undefined],
  ];
  for (const [title, scopes, expected] of rows) test(`scope: ${title}`, () => assert.deepEqual(scopes, expected));

  test('parts that were not applied are reported by IRI', () => {
    assert.deepEqual(append({ t: 1, u: 2 }, false).result.updated, [iri('u')]);
    assert.equal(append({ t: 1, u: 2 }, false).result.notUpdated[0]?.attributeName, iri('t'));
    assert.equal(update({ u: NULL }).result.notUpdated[0]?.attributeName, iri('u'));
    assert.equal(update({ scope: '/B' }).result.notUpdated[0]?.attributeName, 'https://uri.etsi.org/ngsi-ld/scope');
  });
});

describe('The changes of a write', () => {
  const kinds = (before: Entity | undefined, after: Entity | undefined) =>
    changeOf('', before, after, LATER).attributes.map(({ kind, name, datasetId }) => [
      kind,
      names.compact(name),
      datasetId,
    ]);
  const before = stored({
    a: 1,
    b: [{ value: 1 }, { value: 2, datasetId: 'urn:a:d' }],
    c: { value: 1, unitCode: 'CEL' },
  });

  const rows: [title: string, after: Entity | undefined, expected: unknown][] = [
    ['nothing', before, []],
    ['the same content written anew', append({ a: 1, c: { value: 1, unitCode: 'CEL' } }, true, before).after, []],
    ['a value', append({ a: 2 }, true, before).after, [['attributeUpdated', 'a', undefined]]],
    ['a unitCode', append({ c: 1 }, true, before).after, [['attributeUpdated', 'c', undefined]]],
    ['a sub-attribute', append({ a: { value: 1, s: 2 } }, true, before).after, [['attributeUpdated', 'a', undefined]]],
    [
      'one instance',
      append({ b: { value: 3, datasetId: 'urn:a:d' } }, true, before).after,
      [['attributeUpdated', 'b', 'urn:a:d']],
    ],
    [
      'a new instance',
      append({ a: { value: 3, datasetId: 'urn:a:d' } }, true, before).after,
      [['attributeCreated', 'a', 'urn:a:d']],
    ],
    ['a new attribute', append({ z: 1 }, true, before).after, [['attributeCreated', 'z', undefined]]],
    ['an attribute gone', merge({ a: NULL }, before), [['attributeDeleted', 'a', undefined]]],
    ['an instance gone', merge({ b: NULL }, before), [['attributeDeleted', 'b', undefined]]],
    [
      'all gone',
      undefined,
      [
        ['attributeDeleted', 'a', undefined],
        ['attributeDeleted', 'b', undefined],
        ['attributeDeleted', 'b', 'urn:a:d'],
        ['attributeDeleted', 'c', undefined],
      ],
    ],
  ];
  for (const [title, after, expected] of rows) test(title, () => assert.deepEqual(kinds(before, after), expected));

  const equal: [one: unknown, other: unknown, same: boolean][] = [
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
    [[1, 2], [2, 1], false],
    [{}, [], false],
    [{ a: undefined }, { b: undefined }, false],
    [{ a: null }, { a: null }, true],
    [1, '1', false],
    [[[]], [[]], true],
    [[], {}, false],
  ];
  for (const [one, other, same] of equal) {
    test(`${JSON.stringify(one)} and ${JSON.stringify(other)}: ${same}`, () =>
      assert.equal(sameJson(one, other), same));
  }
});

describe('Expired data are absent (4.22)', () => {
  const past = { expiresAt: '2026-01-01T00:00:00.5Z' };
  const future = { expiresAt: '2027-01-01T00:00:00Z' };
  const rows: [title: string, members: JsonObject, expected: unknown][] = [
    ['an attribute', { a: { value: 1, ...past }, b: 2 }, { b: { type: 'Property', value: 2 } }],
    ['not one whose time has not come', { a: { value: 1, ...future } }, { a: { type: 'Property', value: 1 } }],
    [
      'an instance, its sibling stays',
      {
        a: [
          { value: 1, ...past },
          { value: 2, datasetId: 'urn:a:d' },
        ],
      },
      { a: { type: 'Property', value: 2, datasetId: 'urn:a:d' } },
    ],
    [
      'a sub-attribute',
      { a: { value: 1, s: { value: 2, ...past }, t: 3 } },
      { a: { type: 'Property', value: 1, t: { type: 'Property', value: 3 } } },
    ],
  ];
  for (const [title, members, expected] of rows) {
    test(title, () => assert.deepEqual(shown(withoutExpired(stored(members), AT)), expected));
  }
  test('an entity without expired data is the same object', () => {
    const entity = stored({ a: { value: 1, ...future } });
    assert.equal(withoutExpired(entity, AT), entity);
  });
});
