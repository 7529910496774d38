import { clause } from '../clause.ts';
import { property } from '../documents.ts';
import { at, expectProblem, expectSame, expectStatus } from '../expect.ts';
import { attributePath, type Broker, entityPath } from '../rig/broker.ts';

type Place = readonly [method: 'POST' | 'PATCH' | 'PUT', path: (id: string) => string];

const PLACES: { readonly [operation: string]: Place } = {
  'Create Entity': ['POST', () => '/entities'],
  'Replace Entity': ['PUT', entityPath],
  'Merge Entity': ['PATCH', entityPath],
  'Append Attributes': ['POST', (id) => `${entityPath(id)}/attrs`],
  'Update Attributes': ['PATCH', (id) => `${entityPath(id)}/attrs`],
  'Partial Attribute Update': ['PATCH', (id) => attributePath(id, 'a')],
  'Replace Attribute': ['PUT', (id) => attributePath(id, 'a')],
  'Batch Create': ['POST', () => '/entityOperations/create'],
  'Batch Upsert': ['POST', () => '/entityOperations/upsert'],
  'Batch Update': ['POST', () => '/entityOperations/update'],
  'Batch Merge': ['POST', () => '/entityOperations/merge'],
  'Batch Delete': ['POST', () => '/entityOperations/delete'],
  'Query by body': ['POST', () => '/entityOperations/query'],
  'Create Subscription': ['POST', () => '/subscriptions'],
};

async function send(broker: Broker, [method, path]: Place, body: string) {
  const id = await broker.create({ type: 'Building', a: property(1) });
  return broker.request(method, path(id), body, { contentType: 'application/json' });
}

export const validation = clause('5.5.4', 'Validation of bodies', ({ test }) => {
  for (const [operation, place] of Object.entries(PLACES)) {
    test(`answers 400 InvalidRequest to broken JSON in ${operation}`, async (broker) => {
      for (const text of ['{"a": ', '{"a": 1,}', 'hello', '']) {
        expectProblem(await send(broker, place, text), 'InvalidRequest');
      }
    });
  }

  for (const operation of [
    'Create Entity',
    'Replace Entity',
    'Partial Attribute Update',
    'Query by body',
    'Create Subscription',
  ]) {
    test(`answers 400 BadRequestData to {} in ${operation}`, async (broker) => {
      expectProblem(await send(broker, PLACES[operation] as Place, '{}'), 'BadRequestData');
    });
    test(`answers 400 BadRequestData to JSON of the wrong shape in ${operation}`, async (broker) => {
      for (const text of ['[1,2]', '12', 'null']) {
        expectProblem(await send(broker, PLACES[operation] as Place, text), 'BadRequestData');
      }
    });
  }

  for (const operation of Object.keys(PLACES)) {
    test(`answers 400 to a number in ${operation}`, async (broker) => {
      expectProblem(await send(broker, PLACES[operation] as Place, '5'), 'BadRequestData', 'InvalidRequest');
    });
  }

  for (const operation of ['create', 'upsert', 'update', 'merge']) {
    test(`reports BadRequestData for an item of a batch ${operation} that is not an object`, async (broker) => {
      const items = [12, 'nouri', [], { id: 'nouri', type: 'Building' }];
      const answer = await broker.post(`/entityOperations/${operation}`, items);
      expectStatus(answer, 207);
      const errors = at(answer.body, 'errors') as { error: { type: string } }[];
      const types = errors.map(({ error }) => error.type);
      expectSame(types, Array(4).fill('https://uri.etsi.org/ngsi-ld/errors/BadRequestData'), answer);
    });
  }
});
