import { clause } from '../clause.ts';
import { NULL, property } from '../documents.ts';
import { expectIds, expectNoContent, expectProblem, expectSame, expectStatus } from '../expect.ts';
import { attributePath, entityPath } from '../rig/broker.ts';
import { aDateTime } from '../same.ts';
import { passed, soon } from '../soon.ts';

const FUTURE = '2199-01-01T00:00:00Z';

export const expiry = clause('4.22', 'Transient entities and attributes', ({ test }) => {
  test('shows expiresAt of entities and attributes only with sysAttrs', async (broker) => {
    const a = property(1, { expiresAt: FUTURE, b: property(2, { expiresAt: FUTURE }) });
    const id = await broker.create({ type: 'Building', expiresAt: FUTURE, a });
    expectSame(await broker.read(id), { id, type: 'Building', a: property(1, { b: property(2) }) });
    const times = { createdAt: aDateTime, modifiedAt: aDateTime };
    expectSame(await broker.read(id, { query: { options: 'sysAttrs' } }), {
      id,
      type: 'Building',
      ...times,
      expiresAt: FUTURE,
      a: { ...a, ...times, b: { ...(a.b as object), ...times } },
    });
  });

  test('does not return an expired entity', async (broker) => {
    const type = broker.name();
    const expiresAt = soon(broker);
    const id = await broker.create({ type, expiresAt });
    expectIds(await broker.get('/entities', { query: { type } }), [id]);
    await passed(expiresAt);
    expectProblem(await broker.get(entityPath(id)), 'ResourceNotFound');
    expectIds(await broker.get('/entities', { query: { type } }), []);
    expectProblem(await broker.patch(`${entityPath(id)}/attrs`, { a: property(1) }), 'ResourceNotFound');
    expectProblem(await broker.delete(entityPath(id)), 'ResourceNotFound');
  });

  test('allows the id of an expired entity to be used again', async (broker) => {
    const expiresAt = soon(broker);
    const id = await broker.create({ type: 'Building', expiresAt, a: property(1) });
    await passed(expiresAt);
    await broker.create({ id, type: 'Building', b: property(2) });
    expectSame(await broker.read(id), { id, type: 'Building', b: property(2) });
  });

  test('does not return an expired instance, but the others', async (broker) => {
    const expiresAt = soon(broker);
    const id = await broker.create({
      type: 'Building',
      a: [property(1, { expiresAt }), property(2, { datasetId: 'urn:x:set' })],
      b: property(3, { expiresAt }),
      c: property(4, { d: property(5, { expiresAt }) }),
    });
    await passed(expiresAt);
    expectSame(await broker.read(id), {
      id,
      type: 'Building',
      a: property(2, { datasetId: 'urn:x:set' }),
      c: property(4),
    });
  });

  test('finds no entity by an expired attribute', async (broker) => {
    const type = broker.name();
    const expiresAt = soon(broker);
    const id = await broker.create({ type, a: property(1, { expiresAt }), b: property(2) });
    expectIds(await broker.get('/entities', { query: { type, q: 'a==1' } }), [id]);
    await passed(expiresAt);
    expectIds(await broker.get('/entities', { query: { type, q: 'a==1' } }), []);
    expectIds(await broker.get('/entities', { query: { type, q: 'b==2' } }), [id]);
  });

  test('keeps the expiry of an attribute in Partial Attribute Update and Merge Entity', async (broker) => {
    const id = await broker.create({
      type: 'Building',
      a: property(1, { expiresAt: FUTURE }),
      b: property(1, { expiresAt: FUTURE }),
    });
    expectNoContent(await broker.patch(attributePath(id, 'a'), { value: 2 }));
    expectNoContent(await broker.patch(entityPath(id), { b: { value: 2 } }));
    const read = await broker.read(id, { query: { options: 'sysAttrs' } });
    for (const name of ['a', 'b']) {
      const times = { createdAt: aDateTime, modifiedAt: aDateTime };
      expectSame(read[name], property(2, { expiresAt: FUTURE, ...times }));
    }
  });

  test('removes the expiry of a replaced attribute', async (broker) => {
    const expiresAt = soon(broker);
    const id = await broker.create({ type: 'Building', a: property(1, { expiresAt }), b: property(1, { expiresAt }) });
    expectNoContent(await broker.patch(`${entityPath(id)}/attrs`, { a: property(2) }));
    expectNoContent(await broker.put(attributePath(id, 'b'), property(3)));
    await passed(expiresAt);
    expectSame(await broker.read(id), { id, type: 'Building', a: property(2), b: property(3) });
  });

  test('sets and removes the expiry of an entity by Merge Entity', async (broker) => {
    const id = await broker.create({ type: 'Building' });
    const first = soon(broker);
    expectNoContent(await broker.patch(entityPath(id), { expiresAt: first }));
    expectNoContent(await broker.patch(entityPath(id), { expiresAt: NULL }));
    await passed(first);
    expectSame(await broker.read(id), { id, type: 'Building' });
    const second = soon(broker);
    expectNoContent(await broker.patch(entityPath(id), { expiresAt: second }));
    await passed(second);
    expectProblem(await broker.get(entityPath(id)), 'ResourceNotFound');
  });

  test('never returns data that were already expired, if it accepts them', async (broker) => {
    const id = broker.id();
    const answer = await broker.post('/entities', { id, type: 'Building', expiresAt: '2020-01-01T00:00:00Z' });
    if (answer.status !== 201) expectProblem(answer, 'BadRequestData');
    expectStatus(await broker.get(entityPath(id)), 404);
  });

  for (const expiresAt of ['tomorrow', '2199-01-01', '2199-01-01T00:00:00+01:00', 5]) {
    test(`refuses the expiry ${JSON.stringify(expiresAt)}`, async (broker) => {
      expectProblem(await broker.post('/entities', { id: broker.id(), type: 'Building', expiresAt }), 'BadRequestData');
      const a = property(1, { expiresAt });
      expectProblem(await broker.post('/entities', { id: broker.id(), type: 'Building', a }), 'BadRequestData');
    });
  }
});
