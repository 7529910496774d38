import { clause } from '../clause.ts';
import { listProperty, listRelationship } from '../documents.ts';
import { expectNoContent, expectSame } from '../expect.ts';
import { attributePath, entityPath } from '../rig/broker.ts';

export const lists = clause('4.5.21', 'ListProperty and ListRelationship', ({ test }) => {
  test('keeps the order and repetitions of a ListProperty', async (broker) => {
    const entity = { type: 'Tank', depths: listProperty([300, 300, 120, 6, 'x', { a: [1] }, [2, 1]]) };
    const id = await broker.create(entity);
    expectSame(await broker.read(id), { id, ...entity });
  });

  test('keeps the order and repetitions of a ListRelationship', async (broker) => {
    const entity = { type: 'Bus', route: listRelationship(['urn:x:3', 'urn:x:1', 'urn:x:3']) };
    const id = await broker.create(entity);
    expectSame(await broker.read(id), { id, ...entity });
  });

  test('accepts bare URIs for a ListRelationship', async (broker) => {
    const id = await broker.create({
      type: 'Bus',
      route: { type: 'ListRelationship', objectList: ['urn:x:2', 'urn:x:1'] },
    });
    expectSame(await broker.read(id), { id, type: 'Bus', route: listRelationship(['urn:x:2', 'urn:x:1']) });
  });

  test('accepts empty lists', async (broker) => {
    const entity = { type: 'Tank', depths: listProperty([]) };
    const id = await broker.create(entity);
    expectSame(await broker.read(id), { id, ...entity });
  });

  test('replaces a list as a whole in Partial Attribute Update and Merge Entity', async (broker) => {
    const id = await broker.create({ type: 'Tank', depths: listProperty([1, 2, 3]) });
    expectNoContent(await broker.patch(attributePath(id, 'depths'), { valueList: [9] }));
    expectSame(await broker.read(id), { id, type: 'Tank', depths: listProperty([9]) });
    expectNoContent(await broker.patch(entityPath(id), { depths: listProperty([8, 7]) }));
    expectSame(await broker.read(id), { id, type: 'Tank', depths: listProperty([8, 7]) });
  });
});
