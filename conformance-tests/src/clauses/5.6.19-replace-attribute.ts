import { clause } from '../clause.ts';
import { property, relationship } from '../documents.ts';
import { at, expectNoContent, expectProblem, expectSame } from '../expect.ts';
import { attributePath } from '../rig/broker.ts';

export const replaceAttribute = clause('5.6.19', 'Replace Attribute', ({ test }) => {
  test('stores the content of the body and nothing else', async (broker) => {
    const id = await broker.create({
      type: 'Building',
      a: property(1, { unitCode: 'X', b: property(1) }),
      c: property(1),
    });
    expectNoContent(await broker.put(attributePath(id, 'a'), property(2, { d: property(3) })));
    expectSame(await broker.read(id), { id, type: 'Building', a: property(2, { d: property(3) }), c: property(1) });
  });

  test('may change the kind and keeps createdAt', async (broker) => {
    const id = await broker.create({ type: 'Building', a: property(1) });
    const created = async () => at(await broker.read(id, { query: { options: 'sysAttrs' } }), 'a', 'createdAt');
    const before = await created();
    expectNoContent(await broker.put(attributePath(id, 'a'), relationship('urn:x:1')));
    expectSame(await created(), before);
    expectSame(await broker.read(id), { id, type: 'Building', a: relationship('urn:x:1') });
  });

  test('replaces the instance of the datasetId in the body', async (broker) => {
    const set = { datasetId: 'urn:x:set' };
    const id = await broker.create({ type: 'Building', a: [property(1), property(2, set)] });
    expectNoContent(await broker.put(attributePath(id, 'a'), property(9, set)));
    expectSame(await broker.read(id), { id, type: 'Building', a: [property(1), property(9, set)] });
  });

  test('creates nothing', async (broker) => {
    const id = await broker.create({ type: 'Building', a: property(1) });
    expectProblem(await broker.put(attributePath(broker.id(), 'a'), property(2)), 'ResourceNotFound');
    expectProblem(await broker.put(attributePath(id, 'missing'), property(2)), 'ResourceNotFound');
    expectProblem(
      await broker.put(attributePath(id, 'a'), property(2, { datasetId: 'urn:x:set' })),
      'ResourceNotFound',
    );
    expectSame(await broker.read(id), { id, type: 'Building', a: property(1) });
  });

  test('refuses a bad id, a bad name and scope', async (broker) => {
    const id = await broker.create({ type: 'Building', scope: '/a', a: property(1) });
    expectProblem(await broker.put('/entities/nouri/attrs/a', property(2)), 'BadRequestData');
    expectProblem(await broker.put(attributePath(id, '@invalid'), property(2)), 'BadRequestData');
    expectProblem(await broker.put(attributePath(id, 'scope'), property('/b')), 'BadRequestData');
  });
});
