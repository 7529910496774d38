import { clause } from '../clause.ts';
import { NULL, property, relationship } from '../documents.ts';
import { expectNoContent, expectProblem, expectSame, expectStatus } from '../expect.ts';
import { entityPath } from '../rig/broker.ts';

const path = (id: string) => `${entityPath(id)}/attrs`;

export const updateAttributes = clause('5.6.2', 'Update Attributes', ({ test }) => {
  test('replaces existing attributes and adds new ones', async (broker) => {
    const id = await broker.create({ type: 'Building', a: property(1, { unitCode: 'X' }), b: property(2) });
    expectNoContent(await broker.patch(path(id), { a: property(9), c: property(3) }));
    expectSame(await broker.read(id), { id, type: 'Building', a: property(9), b: property(2), c: property(3) });
  });

  test('changes the kind of an attribute', async (broker) => {
    const id = await broker.create({ type: 'Building', a: property(1) });
    expectNoContent(await broker.patch(path(id), { a: relationship('urn:x:1') }));
    expectSame(await broker.read(id), { id, type: 'Building', a: relationship('urn:x:1') });
  });

  test('deletes one instance by NGSI-LD Null and leaves the others', async (broker) => {
    const set = { datasetId: 'urn:x:set' };
    const id = await broker.create({ type: 'Building', a: [property(1), property(2, set)] });
    expectNoContent(await broker.patch(path(id), { a: property(NULL, set) }));
    expectSame(await broker.read(id), { id, type: 'Building', a: property(1) });
  });

  test('accepts a trailing slash', async (broker) => {
    const id = await broker.create({ type: 'Building', a: property(1) });
    expectNoContent(await broker.patch(`${path(id)}/`, { a: property(2) }));
  });

  test('changes nothing when one attribute is wrong', async (broker) => {
    const id = await broker.create({ type: 'Building', a: property(1) });
    expectProblem(await broker.patch(path(id), { a: property(2), b: { type: 'Property' } }), 'BadRequestData');
    expectSame(await broker.read(id), { id, type: 'Building', a: property(1) });
  });

  test('is refused for an unknown entity, a bad id and no id', async (broker) => {
    expectProblem(await broker.patch(path(broker.id()), { a: property(1) }), 'ResourceNotFound');
    expectProblem(await broker.patch('/entities/nouri/attrs', { a: property(1) }), 'BadRequestData');
    expectProblem(await broker.patch('/entities//attrs/', { a: property(1) }), 'BadRequestData');
  });

  test('does not change an entity of another type than requested', async (broker) => {
    const id = await broker.create({ type: 'Building', a: property(1) });
    expectProblem(await broker.patch(path(id), { a: property(2) }, { query: { type: 'Vehicle' } }), 'ResourceNotFound');
    expectSame(await broker.read(id), { id, type: 'Building', a: property(1) });
    expectStatus(await broker.patch(path(id), { a: property(2) }, { query: { type: 'Building,Vehicle' } }), 204);
  });
});
