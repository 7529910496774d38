import { setTimeout as pause } from 'node:timers/promises';
import { clause } from '../clause.ts';
import { property } from '../documents.ts';
import { expectIdsInOrder, expectProblem } from '../expect.ts';

export const temporalMembers = clause('4.8', 'Temporal members', ({ test }) => {
  for (const name of ['observedAt', 'expiresAt']) {
    for (const value of [property('2026-01-02T03:04:05Z'), { '@value': '2026-01-02T03:04:05Z' }, 1767322800]) {
      test(`refuses ${name} ${JSON.stringify(value)}`, async (broker) => {
        const entity = { id: broker.id(), type: 'Building', a: property(1, { [name]: value }) };
        expectProblem(await broker.post('/entities', entity), 'BadRequestData');
      });
    }
  }

  test('refuses an unknown temporal member of the entity', async (broker) => {
    const entity = { id: broker.id(), type: 'Building', observedAt: '2026-01-02T03:04:05Z' };
    expectProblem(await broker.post('/entities', entity), 'BadRequestData');
  });

  test('filters and orders by creation and modification times of attributes, of entities and of their history', async (broker) => {
    const type = broker.name();
    const first = await broker.create({ type, a: property(1) });
    await pause(5); // times have milliseconds
    const second = await broker.create({ type, a: property(1) });
    await pause(5);
    const before = await broker.get(`/entities/${second}`, { query: { options: 'sysAttrs' } });
    const { modifiedAt } = (before.body as { a: { modifiedAt: string } }).a;
    await broker.patch(`/entities/${first}/attrs/a`, { value: 2 });
    const ask = (path: string, query: Record<string, string>) => broker.get(path, { query: { type, ...query } });
    expectIdsInOrder(await ask('/entities', { q: `a.modifiedAt>${modifiedAt}` }), [first]);
    expectIdsInOrder(await ask('/entities', { q: `a.modifiedAt==${modifiedAt}` }), [second]);
    expectIdsInOrder(await ask('/entities', { q: `a.createdAt>${modifiedAt}` }), []);
    expectIdsInOrder(await ask('/entities', { orderBy: 'a.modifiedAt' }), [second, first]);
    expectIdsInOrder(await ask('/entities', { orderBy: 'a.createdAt' }), [first, second]);
    const window = { timerel: 'after', timeAt: '2020-01-01T00:00:00Z', timeproperty: 'modifiedAt' };
    expectIdsInOrder(await ask('/temporal/entities', { ...window, q: `a.modifiedAt>${modifiedAt}` }), [first]);
    expectIdsInOrder(await ask('/temporal/entities', { ...window, q: `a.modifiedAt==${modifiedAt}` }), [second]);
  });
});
