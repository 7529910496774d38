import { clause } from '../clause.ts';
import { NULL, property } from '../documents.ts';
import { at, expectNoContent, expectProblem, expectSame, expectStatus, expectThat } from '../expect.ts';
import { attributePath, entityPath } from '../rig/broker.ts';

export const scopes = clause('4.18', 'Scopes', ({ test }) => {
  for (const scope of ['/Madrid', '/Madrid/Gardens/Park_1', ['/Madrid', '/Paris/Centre'], '/Île_de_France']) {
    test(`returns the scope ${JSON.stringify(scope)}`, async (broker) => {
      const id = await broker.create({ type: 'Building', scope });
      expectSame(await broker.read(id), { id, type: 'Building', scope });
    });
  }

  test('returns one scope in an array as text', async (broker) => {
    const id = await broker.create({ type: 'Building', scope: ['/a'] });
    expectSame(await broker.read(id), { id, type: 'Building', scope: '/a' });
  });

  for (const scope of [
    '9bad',
    '/9bad',
    '/a//b',
    '/a-b',
    '/a b',
    '',
    '/',
    '/a/',
    ['/a', '/b-c'],
    [],
    5,
    { a: 1 },
    NULL,
  ]) {
    test(`refuses the scope ${JSON.stringify(scope)}`, async (broker) => {
      expectProblem(await broker.post('/entities', { id: broker.id(), type: 'Building', scope }), 'BadRequestData');
    });
  }

  test('is replaced by Append Attributes and joined with noOverwrite', async (broker) => {
    const id = await broker.create({ type: 'Building', scope: '/a' });
    const path = `${entityPath(id)}/attrs`;
    expectNoContent(await broker.post(path, { scope: ['/b'] }));
    expectSame(await broker.read(id), { id, type: 'Building', scope: '/b' });
    expectNoContent(await broker.post(path, { scope: ['/c', '/b'] }, { query: { options: 'noOverwrite' } }));
    expectSame(await broker.read(id), { id, type: 'Building', scope: ['/b', '/c'] });
  });

  test('is replaced by Update Attributes when there is one', async (broker) => {
    const id = await broker.create({ type: 'Building', scope: '/a' });
    expectNoContent(await broker.patch(`${entityPath(id)}/attrs`, { scope: '/b' }));
    expectSame(await broker.read(id), { id, type: 'Building', scope: '/b' });
  });

  test('is not given by Update Attributes to an entity without one, with 207', async (broker) => {
    const id = await broker.create({ type: 'Building', a: property(1) });
    const answer = await broker.patch(`${entityPath(id)}/attrs`, { scope: '/b' });
    expectStatus(answer, 207);
    expectThat(Array.isArray(at(answer.body, 'notUpdated')), 'a list notUpdated', answer);
    expectSame(await broker.read(id), { id, type: 'Building', a: property(1) });
  });

  test('is replaced by Merge Entity and deleted by NGSI-LD Null there', async (broker) => {
    const id = await broker.create({ type: 'Building', scope: '/a' });
    expectNoContent(await broker.patch(entityPath(id), { scope: ['/b', '/c'] }));
    expectSame(await broker.read(id), { id, type: 'Building', scope: ['/b', '/c'] });
    expectNoContent(await broker.patch(entityPath(id), { scope: NULL }));
    expectSame(await broker.read(id), { id, type: 'Building' });
  });

  test('is replaced by Replace Entity', async (broker) => {
    const id = await broker.create({ type: 'Building', scope: '/a' });
    expectNoContent(await broker.put(entityPath(id), { id, type: 'Building', scope: '/b' }));
    expectSame(await broker.read(id), { id, type: 'Building', scope: '/b' });
  });

  test('is deleted by Delete Attribute', async (broker) => {
    const id = await broker.create({ type: 'Building', scope: ['/a', '/b'] });
    expectNoContent(await broker.delete(attributePath(id, 'scope')));
    expectSame(await broker.read(id), { id, type: 'Building' });
  });
});
