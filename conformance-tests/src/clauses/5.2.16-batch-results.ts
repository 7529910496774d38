import { clause } from '../clause.ts';
import { property } from '../documents.ts';
import { at, expectBatchResult, expectSame, expectStatus } from '../expect.ts';
import { entityPath, type Json } from '../rig/broker.ts';
import { anything, aString } from '../same.ts';

export const batchResults = clause('5.2.16', 'BatchOperationResult and UpdateResult', ({ test }) => {
  test('lists successful and failed entities with the problem of each', async (broker) => {
    const [taken, fresh] = [await broker.create({ type: 'Building' }), broker.id()];
    const answer = await broker.post('/entityOperations/create', [
      { id: taken, type: 'Building' },
      { id: fresh, type: 'Building' },
    ]);
    expectBatchResult(answer, [fresh], [[taken, 'AlreadyExists']]);
    const error = at(answer.body, 'errors', 0, 'error') as Json;
    const { type, title, detail } = error;
    expectSame({ type, title, detail }, { type: anything, title: aString, detail: aString }, answer);
  });

  test('has both lists even when one is empty', async (broker) => {
    const id = await broker.create({ type: 'Building' });
    expectBatchResult(
      await broker.post('/entityOperations/create', [{ id, type: 'Building' }]),
      [],
      [[id, 'AlreadyExists']],
    );
  });

  test('lists full names of attributes with the reason they were not written', async (broker, { contexts }) => {
    const context = contexts.serve({ speed: 'https://example.org/speed' });
    const id = await broker.create({ type: 'Vehicle', speed: property(1) }, { context });
    const query = { options: 'noOverwrite' };
    const fragment = { speed: property(2), added: property(3) };
    const answer = await broker.post(`${entityPath(id)}/attrs`, fragment, { query, context });
    expectStatus(answer, 207);
    expectSame(
      answer.body,
      {
        updated: ['https://uri.etsi.org/ngsi-ld/default-context/added'],
        notUpdated: [{ attributeName: 'https://example.org/speed', reason: aString }],
      },
      answer,
    );
  });

  test('names an invalid entity by the id that was sent, also as @id', async (broker) => {
    const id = broker.id();
    for (const operation of ['create', 'upsert', 'update', 'merge']) {
      const answer = await broker.post(`/entityOperations/${operation}`, [
        { '@id': '123', '@type': 'Building' },
        { '@id': id, '@type': 'Building', a: { type: 'Nonsense', value: 1 } },
      ]);
      expectBatchResult(
        answer,
        [],
        [
          ['123', 'BadRequestData'],
          [id, 'BadRequestData'],
        ],
      );
    }
  });
});
