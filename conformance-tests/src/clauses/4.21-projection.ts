import { clause } from '../clause.ts';
import { property, relationship } from '../documents.ts';
import { expectBody, expectProblem } from '../expect.ts';
import { type Broker, entityPath, type Json, type Query } from '../rig/broker.ts';

const MEMBERS = { scope: '/a', name: property('x'), size: property(1), at: relationship('urn:x:1') };

const GIVES: readonly (readonly [what: string, query: Query, given: (entity: Json) => Json])[] = [
  ['pick=name', { pick: 'name' }, ({ name }) => ({ name })],
  ['pick=id,name', { pick: 'id,name' }, ({ id, name }) => ({ id, name })],
  ['pick=id|type|scope', { pick: 'id|type|scope' }, ({ id, type, scope }) => ({ id, type, scope })],
  ['pick=type,size,missing', { pick: 'type,size,missing' }, ({ type, size }) => ({ type, size })],
  ['omit=name', { omit: 'name' }, ({ id, type, scope, size, at }) => ({ id, type, scope, size, at })],
  ['omit=id,type,scope', { omit: 'id,type,scope' }, ({ name, size, at }) => ({ name, size, at })],
  [
    'pick=id,name,size with omit=at',
    { pick: 'id,name,size', omit: 'at' },
    ({ id, name, size }) => ({ id, name, size }),
  ],
  ['attrs=name', { attrs: 'name' }, ({ id, type, scope, name }) => ({ id, type, scope, name })],
  [
    'attrs=name,size,missing',
    { attrs: 'name,size,missing' },
    ({ id, type, scope, name, size }) => ({ id, type, scope, name, size }),
  ],
];

const WRONG: readonly Query[] = [
  { pick: 'id;name' },
  { pick: 'id,at{name', join: 'inline' },
  { pick: 'id,at{{name}', join: 'inline' },
  { pick: 'id,,name' },
  { pick: 'id,at{,name}', join: 'inline' },
  { pick: 'id,at{}', join: 'inline' },
  { pick: 'name||size' },
  { pick: 'name,' },
  { pick: 'a b' },
  { omit: 'id;name' },
  { omit: 'name||size' },
  { pick: 'name', attrs: 'name' },
  { omit: 'name', attrs: 'name' },
  { pick: 'name', omit: 'name' },
  { pick: 'at{name}' },
  { pick: 'at{in{name}}', join: 'inline', joinLevel: 1 },
];

async function entity(broker: Broker, type = 'Building'): Promise<Json & { id: string }> {
  const one = { id: broker.id(), type, ...MEMBERS };
  await broker.create(one);
  return one;
}

export const projection = clause('4.21', 'Projection', ({ test }) => {
  for (const [what, query, given] of GIVES) {
    test(`returns what ${what} asks for`, async (broker) => {
      const one = await entity(broker, broker.name());
      expectBody(await broker.get(entityPath(one.id), { query }), given(one));
      expectBody(await broker.get('/entities', { query: { type: one.type as string, ...query } }), [given(one)]);
    });
  }
  for (const query of WRONG) {
    const text = Object.entries(query).map(([name, value]) => `${name}=${value}`);
    test(`refuses ${text.join(' with ')}`, async (broker) => {
      const one = await entity(broker);
      expectProblem(await broker.get(entityPath(one.id), { query }), 'BadRequestData');
      expectProblem(await broker.get('/entities', { query: { type: 'Building', ...query } }), 'BadRequestData');
    });
  }

  for (const query of [{ pick: 'missing' }, { attrs: 'missing' }, { omit: 'id,type,scope,name,size,at' }] as Query[]) {
    const [[name, value] = ['', '']] = Object.entries(query);
    test(`selects nothing by ${name}=${value}: 404 for an entity, left out of a query`, async (broker) => {
      const type = broker.name();
      const one = await entity(broker, type);
      expectProblem(await broker.get(entityPath(one.id), { query }), 'ResourceNotFound');
      expectBody(await broker.get('/entities', { query: { type, ...query } }), []);
    });
  }

  test('is applied after the filters', async (broker) => {
    const one = await entity(broker, broker.name());
    const query = { type: one.type as string, q: 'size==1', pick: 'id' };
    expectBody(await broker.get('/entities', { query }), [{ id: one.id }]);
  });

  test('excludes entities without the picked members from a query', async (broker) => {
    const type = broker.name();
    const one = await entity(broker, type);
    await broker.create({ type, other: property(1) });
    expectBody(await broker.get('/entities', { query: { type, pick: 'name' } }), [{ name: one.name }]);
  });

  test('expands names by the context of the request', async (broker, { contexts }) => {
    const context = contexts.serve({ colour: 'https://example.org/colour' });
    const id = await broker.create({ type: 'Building', colour: property('red'), b: property(1) }, { context });
    const answer = await broker.get(entityPath(id), { query: { pick: 'colour' }, context });
    expectBody(answer, { colour: property('red') });
  });
});
