import { clause } from '../clause.ts';
import { property } from '../documents.ts';
import { expectProblem, expectSame, expectStatus } from '../expect.ts';

const RESERVED = [
  'datasetId',
  'instanceId',
  'observedAt',
  'createdAt',
  'modifiedAt',
  'deletedAt',
  'expiresAt',
  'unitCode',
  'valueType',
  'objectType',
  'lang',
] as const;
/** 5.2.2 says that they are ignored in requests, so a broker may ignore an entity's own `createdAt`. */
const IGNORED: ReadonlySet<string> = new Set(['createdAt', 'modifiedAt', 'deletedAt', 'instanceId']);

export const entityRepresentation = clause('4.5.1', 'Entity representation', ({ test }) => {
  for (const name of RESERVED.filter((reserved) => !IGNORED.has(reserved))) {
    test(`refuses an attribute named ${name}`, async (broker) => {
      const entity = { id: broker.id(), type: 'Building', [name]: property('x') };
      expectProblem(await broker.post('/entities', entity), 'BadRequestData');
    });
  }

  test('refuses a sub-attribute named by a reserved term', async (broker) => {
    const entity = { id: broker.id(), type: 'Building', a: property(1, { observedAt: property('x') }) };
    expectProblem(await broker.post('/entities', entity), 'BadRequestData');
  });

  test('refuses a scope that is an attribute', async (broker) => {
    const entity = { id: broker.id(), type: 'Building', scope: property('/a') };
    expectProblem(await broker.post('/entities', entity), 'BadRequestData');
  });

  test('refuses an @context inside an attribute', async (broker, { contexts }) => {
    const context = contexts.serve({ a: 'https://example.org/a' });
    const entity = {
      id: broker.id(),
      type: 'Building',
      a: { type: 'Property', value: 1, '@context': context },
      '@context': context,
    };
    expectProblem(await broker.post('/entities', entity), 'BadRequestData');
  });

  test('stores nested sub-attributes', async (broker) => {
    const id = broker.id();
    const deep = property(1, { b: property(2, { c: { type: 'Relationship', object: 'urn:x:1', d: property([3]) } }) });
    await broker.create({ id, type: 'Building', a: deep });
    expectSame(await broker.read(id), { id, type: 'Building', a: deep });
  });

  test('refuses an attribute of an unknown type', async (broker) => {
    const entity = { id: broker.id(), type: 'Building', a: { type: 'Propery', value: 1 } };
    expectProblem(await broker.post('/entities', entity), 'BadRequestData');
  });

  test('accepts ids with non-ASCII letters', async (broker) => {
    const id = `${broker.id('Ciudad')}:París`;
    expectStatus(await broker.post('/entities', { id, type: 'Ciudad' }), 201);
    expectSame(await broker.read(id), { id, type: 'Ciudad' });
  });

  for (const bad of [
    'a b',
    'urn:x:a b',
    'urn:x:<a>',
    'urn:x:"a"',
    'urn:x:{a}',
    'urn:x:a|b',
    'urn:x:a\\b',
    'urn:x:a^b',
  ]) {
    test(`refuses the id ${bad}`, async (broker) => {
      expectProblem(await broker.post('/entities', { id: bad, type: 'Building' }), 'BadRequestData');
    });
  }
});
