import { clause } from '../clause.ts';
import { NULL, property, relationship } from '../documents.ts';
import { expectBody, expectNoContent, expectProblem, expectSame } from '../expect.ts';
import { attributePath, entityPath } from '../rig/broker.ts';

const GPS = 'urn:x:gps';
const RADAR = 'urn:x:radar';

export const multiAttribute = clause('4.5.5', 'Several instances of an attribute', ({ test }) => {
  const speed = [property(1), property(2, { datasetId: GPS }), property(3, { datasetId: RADAR })];

  test('returns all instances, the default one without datasetId', async (broker) => {
    const id = await broker.create({ type: 'Vehicle', speed });
    expectSame(await broker.read(id), { id, type: 'Vehicle', speed });
  });

  test('accepts @none for the default instance, and does not show it', async (broker) => {
    const id = await broker.create({ type: 'Vehicle', speed: property(1, { datasetId: '@none' }) });
    expectSame(await broker.read(id), { id, type: 'Vehicle', speed: property(1) });
  });

  test('shows one instance as an object', async (broker) => {
    const id = await broker.create({ type: 'Vehicle', speed: [property(2, { datasetId: GPS })] });
    expectSame(await broker.read(id), { id, type: 'Vehicle', speed: property(2, { datasetId: GPS }) });
  });

  test('accepts instances of different kinds', async (broker) => {
    const from = [property('here'), relationship('urn:x:1', { datasetId: GPS })];
    const id = await broker.create({ type: 'Vehicle', from });
    expectSame(await broker.read(id), { id, type: 'Vehicle', from });
  });

  const wrong: readonly (readonly [string, unknown])[] = [
    ['two default instances', [property(1), property(2)]],
    ['a default instance and @none', [property(1), property(2, { datasetId: '@none' })]],
    ['the same datasetId twice', [property(1, { datasetId: GPS }), property(2, { datasetId: GPS })]],
    ['a datasetId that is no URI', property(1, { datasetId: 'gps' })],
    ['a datasetId NGSI-LD Null', property(1, { datasetId: NULL })],
  ];
  for (const [what, a] of wrong) {
    test(`refuses ${what}`, async (broker) => {
      expectProblem(await broker.post('/entities', { id: broker.id(), type: 'Vehicle', a }), 'BadRequestData');
    });
  }

  test('updates only the instance with the same datasetId', async (broker) => {
    const id = await broker.create({ type: 'Vehicle', speed });
    expectNoContent(await broker.patch(`${entityPath(id)}/attrs`, { speed: property(9, { datasetId: GPS }) }));
    expectNoContent(await broker.patch(attributePath(id, 'speed'), { value: 8, datasetId: RADAR }));
    const expected = [property(1), property(9, { datasetId: GPS }), property(8, { datasetId: RADAR })];
    expectSame(await broker.read(id), { id, type: 'Vehicle', speed: expected });
  });

  test('appends an instance beside the others', async (broker) => {
    const id = await broker.create({ type: 'Vehicle', speed: property(1) });
    expectNoContent(await broker.post(`${entityPath(id)}/attrs`, { speed: property(2, { datasetId: GPS }) }));
    expectSame(await broker.read(id), { id, type: 'Vehicle', speed: [property(1), property(2, { datasetId: GPS })] });
  });

  test('returns the instances requested by datasetId', async (broker) => {
    const id = await broker.create({ type: 'Vehicle', speed, name: property('x') });
    const ask = (datasetId: string) => broker.get(entityPath(id), { query: { datasetId } });
    expectBody(await ask(GPS), { id, type: 'Vehicle', speed: property(2, { datasetId: GPS }) });
    expectBody(await ask('@none'), { id, type: 'Vehicle', speed: property(1), name: property('x') });
    expectBody(await ask(`@none,${RADAR}`), {
      id,
      type: 'Vehicle',
      speed: [property(1), property(3, { datasetId: RADAR })],
      name: property('x'),
    });
  });

  test('returns the entity without attributes when no instance has the datasetId', async (broker) => {
    const id = await broker.create({ type: 'Vehicle', speed });
    const answer = await broker.get(entityPath(id), { query: { datasetId: 'urn:x:other' } });
    expectBody(answer, { id, type: 'Vehicle' });
  });

  test('restricts the returned instances by datasetId, not the matches of a query', async (broker) => {
    const type = broker.name('Vehicle');
    const id = await broker.create({ type, speed });
    const other = await broker.create({ type, speed: property(4) });
    const answer = await broker.get('/entities', { query: { type, datasetId: GPS } });
    expectBody(answer, [
      { id, type, speed: property(2, { datasetId: GPS }) },
      { id: other, type },
    ]);
  });
});
