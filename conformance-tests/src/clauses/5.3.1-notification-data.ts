import { clause } from '../clause.ts';
import {
  geoProperty,
  jsonProperty,
  languageProperty,
  NULL,
  point,
  property,
  relationship,
  vocabProperty,
} from '../documents.ts';
import { at, expectSame } from '../expect.ts';
import { attributePath, entityPath, type Json } from '../rig/broker.ts';
import { aDateTime } from '../same.ts';
import { attrs, dataOf, watch } from '../watch.ts';

const KINDS = {
  p: property(4, { unitCode: 'C62' }),
  r: relationship('urn:x:1'),
  l: languageProperty({ fr: 'a' }),
  j: jsonProperty({ x: 1 }),
  v: vocabProperty('x'),
};

export const notificationData = clause('5.3.1', 'What a notification holds', ({ test }) => {
  const shapes: readonly (readonly [what: string, notification: Json, given: (id: string, type: string) => Json])[] = [
    ['everything in normalized form', {}, (id, type) => ({ id, type, ...KINDS })],
    [
      'concise form',
      { format: 'concise' },
      (id, type) => ({
        id,
        type,
        p: { value: 4, unitCode: 'C62' },
        r: { object: 'urn:x:1' },
        l: { languageMap: { fr: 'a' } },
        j: { json: { x: 1 } },
        v: { vocab: 'x' },
      }),
    ],
    [
      'simplified form',
      { format: 'simplified' },
      (id, type) => ({
        id,
        type,
        p: 4,
        r: 'urn:x:1',
        l: { languageMap: { fr: 'a' } },
        j: { json: { x: 1 } },
        v: { vocab: 'x' },
      }),
    ],
    ['keyValues', { format: 'keyValues', attributes: ['p'] }, (id, type) => ({ id, type, p: 4 })],
    ['attributes asked for', { attributes: ['p', 'r'] }, (id, type) => ({ id, type, p: KINDS.p, r: KINDS.r })],
    ['members picked', { pick: ['id', 'p'] }, (id) => ({ id, p: KINDS.p })],
    ['what is not omitted', { omit: ['type', 'r', 'l', 'j', 'v'] }, (id) => ({ id, p: KINDS.p })],
    [
      'times with sysAttrs',
      { sysAttrs: true, attributes: ['r'] },
      (id, type) => ({
        id,
        type,
        createdAt: aDateTime,
        modifiedAt: aDateTime,
        r: { ...KINDS.r, createdAt: aDateTime, modifiedAt: aDateTime },
      }),
    ],
  ];
  for (const [what, notification, given] of shapes) {
    test(`is ${what}`, async (broker, rig) => {
      const { type, endpoint } = await watch(broker, rig, { notification });
      const id = await broker.create({ type, ...KINDS });
      expectSame(dataOf(await endpoint.next()), [given(id, type)]);
    });
  }

  test('is in the language of the subscription', async (broker, rig) => {
    const { type, endpoint } = await watch(broker, rig, { members: { lang: 'fr' } });
    const id = await broker.create({ type, l: KINDS.l });
    expectSame(dataOf(await endpoint.next()), [{ id, type, l: property('a', { lang: 'fr' }) }]);
  });

  test('contains the instances of the datasetIds of the subscription', async (broker, rig) => {
    const set = { datasetId: 'urn:x:set' };
    const { type, endpoint } = await watch(broker, rig, { members: { datasetId: ['urn:x:set'] } });
    const id = await broker.create({ type, a: [property(1), property(2, set)] });
    expectSame(dataOf(await endpoint.next()), [{ id, type, a: property(2, set) }]);
  });

  test('contains linked entities with join', async (broker, rig) => {
    const city = { id: broker.id('City'), type: 'City', name: property('Thil') };
    await broker.create(city);
    for (const [join, given] of [
      ['inline', (one: Json) => [{ ...one, at: { ...(one.at as Json), entity: city } }]],
      ['flat', (one: Json) => [one, city]],
    ] as const) {
      const { type, endpoint } = await watch(broker, rig, { notification: { join } });
      const one = { id: broker.id(), type, at: relationship(city.id) };
      await broker.create(one);
      expectSame(dataOf(await endpoint.next()), given(one));
    }
  });

  const previous: readonly (readonly [kind: string, before: Json, after: Json, member: Json])[] = [
    ['Property', property(4), property(5), { previousValue: 4 }],
    ['GeoProperty', geoProperty(point(1, 2)), geoProperty(point(3, 4)), { previousValue: point(1, 2) }],
    ['Relationship', relationship('urn:x:1'), relationship('urn:x:2'), { previousObject: 'urn:x:1' }],
    [
      'LanguageProperty',
      languageProperty({ fr: 'a' }),
      languageProperty({ fr: 'b' }),
      { previousLanguageMap: { fr: 'a' } },
    ],
    ['JsonProperty', jsonProperty({ x: 1 }), jsonProperty({ x: 2 }), { previousJson: { x: 1 } }],
    ['VocabProperty', vocabProperty('x'), vocabProperty('y'), { previousVocab: 'x' }],
  ];
  for (const [kind, before, after, member] of previous) {
    test(`shows the previous value of a ${kind} with showChanges`, async (broker, rig) => {
      const { type, endpoint } = await watch(broker, rig, {
        members: { notificationTrigger: ['attributeUpdated'] },
        notification: { showChanges: true },
      });
      const id = await broker.create({ type, a: before, b: property(1) });
      await broker.patch(attrs(id), { a: after });
      expectSame(dataOf(await endpoint.next()), [{ id, type, a: { ...after, ...member }, b: property(1) }]);
    });
  }

  test('shows no previous value of a new attribute with showChanges', async (broker, rig) => {
    const { type, endpoint } = await watch(broker, rig, { notification: { showChanges: true } });
    const id = await broker.create({ type, a: property(1) });
    expectSame(dataOf(await endpoint.next()), [{ id, type, a: property(1) }]);
  });

  const deleted: readonly (readonly [kind: string, stored: Json, marker: Json])[] = [
    ['Property', property(4, { unitCode: 'X' }), property(NULL)],
    ['Relationship', relationship('urn:x:1'), relationship(NULL)],
    ['LanguageProperty', languageProperty({ fr: 'a' }), languageProperty({ '@none': NULL })],
    ['JsonProperty', jsonProperty({ x: 1 }), jsonProperty(NULL)],
    ['VocabProperty', vocabProperty('x'), vocabProperty(NULL)],
  ];
  for (const [kind, stored, marker] of deleted) {
    test(`shows a deleted ${kind} as NGSI-LD Null`, async (broker, rig) => {
      const { type, endpoint } = await watch(broker, rig, { members: { notificationTrigger: ['attributeDeleted'] } });
      const id = await broker.create({ type, a: stored, b: property(1) });
      await broker.delete(attributePath(id, 'a'));
      const entity = at(dataOf(await endpoint.next()), 0) as Json;
      const { deletedAt: _, ...a } = entity.a as Json;
      expectSame({ ...entity, a }, { id, type, a: marker, b: property(1) });
    });
  }

  test('shows a deleted attribute as text in simplified form', async (broker, rig) => {
    const { type, endpoint } = await watch(broker, rig, {
      members: { notificationTrigger: ['attributeDeleted'] },
      notification: { format: 'simplified' },
    });
    const id = await broker.create({ type, a: property(1), b: property(1) });
    await broker.delete(attributePath(id, 'a'));
    expectSame(dataOf(await endpoint.next()), [{ id, type, a: NULL, b: 1 }]);
  });

  test('shows the deleted instance together with the remaining ones', async (broker, rig) => {
    const set = { datasetId: 'urn:x:set' };
    const { type, endpoint } = await watch(broker, rig, { members: { notificationTrigger: ['attributeDeleted'] } });
    const id = await broker.create({ type, a: [property(1), property(2, set)] });
    await broker.delete(attributePath(id, 'a'), { query: { datasetId: 'urn:x:set' } });
    expectSame(dataOf(await endpoint.next()), [{ id, type, a: [property(1), property(NULL, set)] }]);
  });

  test('shows a deleted entity by id, type and deletedAt', async (broker, rig) => {
    const { type, endpoint } = await watch(broker, rig, { members: { notificationTrigger: ['entityDeleted'] } });
    const id = await broker.create({ type, a: property(1) });
    await broker.delete(entityPath(id));
    expectSame(dataOf(await endpoint.next()), [{ id, type, deletedAt: aDateTime }]);
  });

  test('shows all times of a deleted entity with sysAttrs', async (broker, rig) => {
    const { type, endpoint } = await watch(broker, rig, {
      members: { notificationTrigger: ['entityDeleted'] },
      notification: { sysAttrs: true },
    });
    const id = await broker.create({ type, a: property(1) });
    await broker.delete(entityPath(id));
    const times = { createdAt: aDateTime, modifiedAt: aDateTime, deletedAt: aDateTime };
    expectSame(dataOf(await endpoint.next()), [{ id, type, ...times }]);
  });

  test('shows one NGSI-LD Null when all instances are deleted', async (broker, rig) => {
    const { type, endpoint } = await watch(broker, rig, { members: { notificationTrigger: ['attributeDeleted'] } });
    const a = [property(1), property(2, { datasetId: 'urn:x:set' })];
    const id = await broker.create({ type, a, b: property(1) });
    await broker.delete(attributePath(id, 'a'), { query: { deleteAll: true } });
    expectSame(dataOf(await endpoint.next()), [{ id, type, a: property(NULL), b: property(1) }]);
  });

  test('shows only the watched attribute of a deleted entity', async (broker, rig) => {
    const { type, endpoint } = await watch(broker, rig, {
      members: { notificationTrigger: ['attributeDeleted'], watchedAttributes: ['a'] },
    });
    const id = await broker.create({ type, a: property(1), b: property(1) });
    await broker.delete(entityPath(id));
    expectSame(dataOf(await endpoint.next()), [{ id, type, deletedAt: aDateTime, a: property(NULL) }]);
  });
});
