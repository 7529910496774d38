import { clause } from '../clause.ts';
import { property } from '../documents.ts';
import { expectNoContent, expectProblem, expectSame, expectStatus } from '../expect.ts';
import { attributePath, entityPath } from '../rig/broker.ts';

const [ONE, TWO] = [property(2, { datasetId: 'urn:x:one' }), property(3, { datasetId: 'urn:x:two' })];

export const deleteAttribute = clause('5.6.5', 'Delete Attribute', ({ test }) => {
  test('deletes an attribute', async (broker) => {
    const id = await broker.create({ type: 'Building', a: property(1), b: property(2) });
    expectNoContent(await broker.delete(attributePath(id, 'a')));
    expectSame(await broker.read(id), { id, type: 'Building', b: property(2) });
  });

  const ways: readonly (readonly [what: string, query: { readonly [name: string]: string }, left: unknown])[] = [
    ['the default instance without parameters', {}, [ONE, TWO]],
    ['the default instance by @none', { datasetId: '@none' }, [ONE, TWO]],
    ['the instance named by datasetId', { datasetId: 'urn:x:one' }, [property(1), TWO]],
    ['all instances by deleteAll', { deleteAll: 'true' }, undefined],
  ];
  for (const [what, query, left] of ways) {
    test(`deletes ${what}`, async (broker) => {
      const id = await broker.create({ type: 'Building', a: [property(1), ONE, TWO] });
      expectNoContent(await broker.delete(attributePath(id, 'a'), { query }));
      expectSame(await broker.read(id), { id, type: 'Building', ...(left !== undefined && { a: left }) });
    });
  }

  test('accepts deleteAll=false and a JSON Content-Type without body', async (broker) => {
    const id = await broker.create({ type: 'Building', a: property(1) });
    const headers = { 'Content-Type': 'application/json' };
    expectNoContent(await broker.delete(attributePath(id, 'a'), { query: { deleteAll: false }, headers }));
  });

  test('is refused for an unknown entity, attribute or instance', async (broker) => {
    const id = await broker.create({ type: 'Building', a: ONE });
    expectProblem(await broker.delete(attributePath(broker.id(), 'a')), 'ResourceNotFound');
    expectProblem(await broker.delete(attributePath(id, 'missing')), 'ResourceNotFound');
    expectProblem(await broker.delete(attributePath(id, 'a')), 'ResourceNotFound');
    expectProblem(
      await broker.delete(attributePath(id, 'a'), { query: { datasetId: 'urn:x:two' } }),
      'ResourceNotFound',
    );
  });

  test('is refused for a bad id, no id, a bad name and no name', async (broker) => {
    const id = await broker.create({ type: 'Building', a: property(1) });
    expectProblem(await broker.delete('/entities/nouri/attrs/a'), 'BadRequestData');
    expectProblem(await broker.delete('/entities//attrs/a'), 'BadRequestData');
    expectProblem(await broker.delete(attributePath(id, '@invalid')), 'BadRequestData');
    expectStatus(await broker.delete(`${entityPath(id)}/attrs/`), 405);
  });

  test('does not change an entity of another type than requested', async (broker) => {
    const id = await broker.create({ type: 'Building', a: property(1) });
    expectProblem(await broker.delete(attributePath(id, 'a'), { query: { type: 'Vehicle' } }), 'ResourceNotFound');
    expectSame(await broker.read(id), { id, type: 'Building', a: property(1) });
  });
});
