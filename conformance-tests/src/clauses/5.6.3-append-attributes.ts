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
import { at, expectNoContent, expectProblem, expectSame, expectStatus } from '../expect.ts';
import { entityPath } from '../rig/broker.ts';
import { aString } from '../same.ts';

const path = (id: string) => `${entityPath(id)}/attrs`;
const NO_OVERWRITE = { query: { options: 'noOverwrite' } };

export const appendAttributes = clause('5.6.3', 'Append Attributes', ({ test }) => {
  test('adds attributes of every kind', async (broker) => {
    const added = {
      b: property(2, { unitCode: 'X' }),
      c: relationship('urn:x:1'),
      location: geoProperty(point(6, 49)),
      e: languageProperty({ fr: 'a' }),
      f: vocabProperty('x'),
      g: jsonProperty({ a: 1 }),
      h: listProperty([2, 1]),
    };
    const id = await broker.create({ type: 'Building', a: property(1) });
    expectNoContent(await broker.post(path(id), added));
    expectSame(await broker.read(id), { id, type: 'Building', a: property(1), ...added });
  });

  test('replaces existing attributes as a whole', async (broker) => {
    const id = await broker.create({ type: 'Building', a: property(1, { unitCode: 'X' }) });
    expectNoContent(await broker.post(path(id), { a: property(2) }));
    expectSame(await broker.read(id), { id, type: 'Building', a: property(2) });
  });

  test('keeps them with noOverwrite and reports it with 207', async (broker) => {
    const id = await broker.create({ type: 'Building', a: property(1) });
    const answer = await broker.post(path(id), { a: property(2), b: property(3) }, NO_OVERWRITE);
    expectStatus(answer, 207);
    const name = (term: string) => `https://uri.etsi.org/ngsi-ld/default-context/${term}`;
    expectSame(at(answer.body, 'updated'), [name('b')], answer);
    expectSame(at(answer.body, 'notUpdated'), [{ attributeName: name('a'), reason: aString }], answer);
    expectSame(await broker.read(id), { id, type: 'Building', a: property(1), b: property(3) });
  });

  test('answers 204 with noOverwrite when all attributes are new', async (broker) => {
    const id = await broker.create({ type: 'Building', a: property(1) });
    expectNoContent(
      await broker.post(path(id), { b: property(2), a: property(3, { datasetId: 'urn:x:set' }) }, NO_OVERWRITE),
    );
    expectSame(await broker.read(id), {
      id,
      type: 'Building',
      a: [property(1), property(3, { datasetId: 'urn:x:set' })],
      b: property(2),
    });
  });

  test('accepts a trailing slash', async (broker) => {
    const id = await broker.create({ type: 'Building' });
    expectNoContent(await broker.post(`${path(id)}/`, { a: property(2) }));
  });

  test('is refused for an unknown entity, a bad id and no id', async (broker) => {
    expectProblem(await broker.post(path(broker.id()), { a: property(1) }), 'ResourceNotFound');
    expectProblem(await broker.post('/entities/nouri/attrs', { a: property(1) }), 'BadRequestData');
    expectProblem(await broker.post('/entities//attrs/', { a: property(1) }), 'BadRequestData');
  });

  test('does not change an entity of another type than requested', async (broker) => {
    const id = await broker.create({ type: 'Building' });
    expectProblem(await broker.post(path(id), { a: property(2) }, { query: { type: 'Vehicle' } }), 'ResourceNotFound');
    expectSame(await broker.read(id), { id, type: 'Building' });
  });

  test('refuses unknown options', async (broker) => {
    const id = await broker.create({ type: 'Building' });
    expectProblem(
      await broker.post(path(id), { a: property(2) }, { query: { options: 'nooverwrite' } }),
      'InvalidRequest',
    );
  });
});
