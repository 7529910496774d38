import { clause } from '../clause.ts';
import { property } from '../documents.ts';
import { expectBody, expectProblem, expectStatus } from '../expect.ts';
import { entityPath, type Query } from '../rig/broker.ts';

export const retrieveEntity = clause('5.7.1', 'Retrieve Entity', ({ test }) => {
  test('returns the entity', async (broker) => {
    const id = await broker.create({ type: 'Building', a: property(1) });
    expectBody(await broker.get(entityPath(id)), { id, type: 'Building', a: property(1) });
    expectBody(await broker.get(`${entityPath(id)}/`), { id, type: 'Building', a: property(1) });
    expectBody(await broker.get(`/entities/${id}`), { id, type: 'Building', a: property(1) });
  });

  test('answers 404 ResourceNotFound to an unknown id', async (broker) => {
    expectProblem(await broker.get(entityPath(broker.id())), 'ResourceNotFound');
  });

  test('answers 400 BadRequestData to an id that is not a URI', async (broker) => {
    expectProblem(await broker.get('/entities/thisisaninvaliduri'), 'BadRequestData');
  });

  test('answers 404 when the entity is not of the requested type', async (broker) => {
    const id = await broker.create({ id: broker.id(), type: ['Building', 'Museum'] });
    for (const type of ['Building', 'Castle,Museum', '(Building;Museum)']) {
      expectStatus(await broker.get(entityPath(id), { query: { type } }), 200);
    }
    expectProblem(await broker.get(entityPath(id), { query: { type: 'Castle' } }), 'ResourceNotFound');
  });

  test('accepts ids longer than a hundred characters', async (broker) => {
    const id = `${broker.id()}:${'x'.repeat(300)}`;
    await broker.create({ id, type: 'Building' });
    expectBody(await broker.get(entityPath(id)), { id, type: 'Building' });
  });

  test('applies an attribute filter before the datasetId', async (broker) => {
    const set = { datasetId: 'urn:x:set' };
    const id = await broker.create({ type: 'Building', a: [property(1), property(2, set)], b: property(3, set) });
    const answer = await broker.get(entityPath(id), { query: { attrs: 'a', datasetId: 'urn:x:set' } });
    expectBody(answer, { id, type: 'Building', a: property(2, set) });
  });

  for (const query of [{ nonsense: 1 }, { limit: 5 }, { q: 'a==1' }] as Query[]) {
    const [name] = Object.keys(query);
    test(`answers 400 InvalidRequest to the parameter ${name}`, async (broker) => {
      const id = await broker.create({ type: 'Building' });
      expectProblem(await broker.get(entityPath(id), { query }), 'InvalidRequest');
    });
  }
});
