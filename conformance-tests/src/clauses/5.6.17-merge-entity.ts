import { clause } from '../clause.ts';
import {
  geoProperty,
  jsonProperty,
  languageProperty,
  listProperty,
  point,
  property,
  relationship,
  vocabProperty,
} from '../documents.ts';
import { expectNoContent, expectProblem, expectSame } from '../expect.ts';
import { entityPath } from '../rig/broker.ts';

const [OLD, NEW] = ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'];

export const mergeEntity = clause('5.6.17', 'Merge Entity', ({ test }) => {
  test('adds, changes and keeps', async (broker) => {
    const id = await broker.create({ type: 'Building', a: property(1, { unitCode: 'X' }), b: property(2) });
    expectNoContent(await broker.patch(entityPath(id), { id, type: 'Building', a: { value: 5 }, c: property(3) }));
    expectSame(await broker.read(id), {
      id,
      type: 'Building',
      a: property(5, { unitCode: 'X' }),
      b: property(2),
      c: property(3),
    });
  });

  test('reads simplified form by the stored kinds', async (broker) => {
    const id = await broker.create({
      type: 'Building',
      a: property(1, { unitCode: 'X' }),
      b: relationship('urn:x:1'),
      location: geoProperty(point(1, 2)),
      d: listProperty([1]),
      e: vocabProperty('x'),
      f: jsonProperty({ x: 1 }),
    });
    const simple = {
      a: 2,
      b: 'urn:x:2',
      location: point(3, 4),
      d: [2, 3],
      e: { vocab: 'y' },
      f: { json: { z: 2 } },
      g: 'new',
    };
    expectNoContent(await broker.patch(entityPath(id), simple, { query: { format: 'simplified' } }));
    expectSame(await broker.read(id), {
      id,
      type: 'Building',
      a: property(2, { unitCode: 'X' }),
      b: relationship('urn:x:2'),
      location: geoProperty(point(3, 4)),
      d: listProperty([2, 3]),
      e: vocabProperty('y'),
      f: jsonProperty({ x: 1, z: 2 }),
      g: property('new'),
    });
  });

  test('writes one language with lang', async (broker) => {
    const id = await broker.create({ type: 'Building', a: languageProperty({ fr: 'a', en: 'b' }) });
    const query = { format: 'simplified', lang: 'fr' };
    expectNoContent(await broker.patch(entityPath(id), { a: 'c' }, { query }));
    expectSame(await broker.read(id), { id, type: 'Building', a: languageProperty({ fr: 'c', en: 'b' }) });
  });

  test('sets observedAt where the fragment has none', async (broker) => {
    const id = await broker.create({
      type: 'Building',
      a: property(1, { observedAt: OLD }),
      b: property(1),
      c: property(1, { observedAt: OLD }),
      d: property(1, { observedAt: OLD }),
    });
    const fragment = { a: { value: 2 }, b: { value: 2 }, c: { value: 2, observedAt: OLD } };
    expectNoContent(await broker.patch(entityPath(id), fragment, { query: { observedAt: NEW } }));
    expectSame(await broker.read(id), {
      id,
      type: 'Building',
      a: property(2, { observedAt: NEW }),
      b: property(2),
      c: property(2, { observedAt: OLD }),
      d: property(1, { observedAt: OLD }),
    });
  });

  test('merges each instance by its datasetId', async (broker) => {
    const set = { datasetId: 'urn:x:set' };
    const id = await broker.create({
      type: 'Building',
      a: [property(1, { unitCode: 'X' }), property(2, { ...set, unitCode: 'X' })],
    });
    expectNoContent(await broker.patch(entityPath(id), { a: { type: 'Property', value: 9, ...set } }));
    expectSame(await broker.read(id), {
      id,
      type: 'Building',
      a: [property(1, { unitCode: 'X' }), property(9, { ...set, unitCode: 'X' })],
    });
  });

  test('accepts application/merge-patch+json', async (broker) => {
    const id = await broker.create({ type: 'Building', a: property(1) });
    expectNoContent(
      await broker.patch(entityPath(id), { a: property(2) }, { contentType: 'application/merge-patch+json' }),
    );
    expectSame(await broker.read(id), { id, type: 'Building', a: property(2) });
  });

  test('refuses another kind, a bad observedAt and a bad id', async (broker) => {
    const id = await broker.create({ type: 'Building', a: property(1) });
    expectProblem(await broker.patch(entityPath(id), { a: relationship('urn:x:1') }), 'BadRequestData');
    expectProblem(
      await broker.patch(entityPath(id), { a: property(2) }, { query: { observedAt: 'now' } }),
      'BadRequestData',
    );
    expectProblem(await broker.patch('/entities/nouri', { a: property(2) }), 'BadRequestData');
    expectSame(await broker.read(id), { id, type: 'Building', a: property(1) });
  });

  test('answers 404 to an unknown entity and to one of another type', async (broker) => {
    expectProblem(await broker.patch(entityPath(broker.id()), { a: property(2) }), 'ResourceNotFound');
    const id = await broker.create({ type: 'Building', a: property(1) });
    expectProblem(
      await broker.patch(entityPath(id), { a: property(2) }, { query: { type: 'Vehicle' } }),
      'ResourceNotFound',
    );
  });

  test('answers 400 to no id', async (broker) => {
    expectProblem(await broker.patch('/entities/', { a: property(2) }), 'BadRequestData');
  });
});
