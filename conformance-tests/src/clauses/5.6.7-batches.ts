import { clause } from '../clause.ts';
import { NULL, property } from '../documents.ts';
import { expectBatchResult, expectNoContent, expectProblem, expectSame, expectStatus } from '../expect.ts';
import { type Broker, entityPath, type Json } from '../rig/broker.ts';

const OPERATIONS = ['create', 'upsert', 'update', 'merge', 'delete'] as const;
const send = (broker: Broker, operation: string, body: unknown, options?: string) =>
  broker.post(`/entityOperations/${operation}`, body, options === undefined ? {} : { query: { options } });

const building = (id: string, members: Json = {}): Json => ({ id, type: 'Building', ...members });

export const batchCreate = clause('5.6.7', 'Batch Entity Creation', ({ test }) => {
  test('answers 201 with the ids when all are created', async (broker) => {
    const ids = [broker.id(), broker.id()];
    const answer = await send(
      broker,
      'create',
      ids.map((id) => building(id, { a: property(1) })),
    );
    expectStatus(answer, 201);
    expectSame(answer.body, ids, answer);
    for (const id of ids) expectSame(await broker.read(id), building(id, { a: property(1) }));
  });

  test('creates the valid ones and reports the others', async (broker) => {
    const taken = await broker.create({ type: 'Building' });
    const [good, bad] = [broker.id(), broker.id()];
    const answer = await send(broker, 'create', [
      building(taken),
      building(good),
      building(bad, { a: { type: 'Property', value: null } }),
    ]);
    expectBatchResult(
      answer,
      [good],
      [
        [taken, 'AlreadyExists'],
        [bad, 'BadRequestData'],
      ],
    );
    expectProblem(await broker.get(entityPath(bad)), 'ResourceNotFound');
  });

  test('expands each entity by its own context', async (broker, { contexts }) => {
    const [first, second] = [broker.id(), broker.id()];
    const answer = await send(broker, 'create', [
      { ...building(first, { a: property(1) }), '@context': { a: 'https://example.org/one' } },
      { ...building(second, { a: property(2) }), '@context': contexts.serve({ a: 'https://example.org/two' }) },
    ]);
    expectStatus(answer, 201);
    expectSame(await broker.read(first), building(first, { 'https://example.org/one': property(1) }));
    expectSame(await broker.read(second), building(second, { 'https://example.org/two': property(2) }));
  });
});

export const batchUpsert = clause('5.6.8', 'Batch Entity Upsert', ({ test }) => {
  test('answers 201 with the new ids, and replaces the others', async (broker) => {
    const old = await broker.create({ type: 'Building', scope: '/a', a: property(1) });
    const fresh = broker.id();
    const answer = await send(broker, 'upsert', [building(old, { b: property(2) }), building(fresh)]);
    expectStatus(answer, 201);
    expectSame(answer.body, [fresh], answer);
    expectSame(await broker.read(old), building(old, { b: property(2) }));
  });

  test('answers 204 when none is new', async (broker) => {
    const old = await broker.create({ type: 'Building', a: property(1) });
    expectNoContent(await send(broker, 'upsert', [building(old, { a: property(2) })], 'replace'));
    expectSame(await broker.read(old), building(old, { a: property(2) }));
  });

  test('updates existing entities with options=update', async (broker) => {
    const old = await broker.create({ type: 'Building', a: property(1), b: property(2) });
    const fresh = broker.id();
    const answer = await send(broker, 'upsert', [building(old, { b: property(3) }), building(fresh)], 'update');
    expectStatus(answer, 201);
    expectSame(answer.body, [fresh], answer);
    expectSame(await broker.read(old), building(old, { a: property(1), b: property(3) }));
  });

  test('answers 207 with created and updated ids when one is wrong', async (broker) => {
    const old = await broker.create({ type: 'Building' });
    const [fresh, bad] = [broker.id(), broker.id()];
    const wrong = building(bad, { a: { type: 'Property', value: null } });
    expectBatchResult(
      await send(broker, 'upsert', [building(old), building(fresh), wrong]),
      [old, fresh],
      [[bad, 'BadRequestData']],
    );
  });

  test('reports a new entity without type', async (broker) => {
    const [good, bad] = [broker.id(), broker.id()];
    const answer = await send(broker, 'upsert', [building(good), { id: bad, a: property(1) }]);
    expectBatchResult(answer, [good], [[bad, 'BadRequestData']]);
  });
});

export const batchUpdate = clause('5.6.9', 'Batch Entity Update', ({ test }) => {
  test('answers 204 and replaces attributes', async (broker) => {
    const ids = [
      await broker.create({ type: 'Building', a: property(1, { unitCode: 'X' }) }),
      await broker.create({ type: 'Building' }),
    ];
    expectNoContent(
      await send(
        broker,
        'update',
        ids.map((id) => building(id, { a: property(2) })),
      ),
    );
    for (const id of ids) expectSame(await broker.read(id), building(id, { a: property(2) }));
  });

  test('creates nothing', async (broker) => {
    const old = await broker.create({ type: 'Building' });
    const unknown = broker.id();
    const answer = await send(broker, 'update', [building(old, { a: property(1) }), building(unknown)]);
    expectBatchResult(answer, [old], [[unknown, 'ResourceNotFound']]);
    expectSame(await broker.read(old), building(old, { a: property(1) }));
  });

  test('overwrites nothing with noOverwrite, and reports it with 207', async (broker) => {
    const id = await broker.create({ type: 'Building', a: property(1) });
    const answer = await send(broker, 'update', [building(id, { a: property(2), b: property(3) })], 'noOverwrite');
    expectStatus(answer, 207);
    expectSame(await broker.read(id), building(id, { a: property(1), b: property(3) }));
  });

  test('needs no type', async (broker) => {
    const id = await broker.create({ type: 'Building' });
    expectNoContent(await send(broker, 'update', [{ id, a: property(1) }]));
    expectSame(await broker.read(id), building(id, { a: property(1) }));
  });

  test('reports NGSI-LD Null', async (broker) => {
    const id = await broker.create({ type: 'Building', a: property(1) });
    expectBatchResult(await send(broker, 'update', [building(id, { a: NULL })]), [], [[id, 'BadRequestData']]);
  });
});

export const batchDelete = clause('5.6.10', 'Batch Entity Delete', ({ test }) => {
  test('answers 204 when all are deleted', async (broker) => {
    const ids = [await broker.create({ type: 'Building' }), await broker.create({ type: 'Building' })];
    expectNoContent(await send(broker, 'delete', ids));
    for (const id of ids) expectProblem(await broker.get(entityPath(id)), 'ResourceNotFound');
  });

  test('reports ids that are unknown, duplicate or not a URI', async (broker) => {
    const id = await broker.create({ type: 'Building' });
    const unknown = broker.id();
    expectBatchResult(
      await send(broker, 'delete', [id, unknown, id, 'nouri']),
      [id],
      [
        [unknown, 'ResourceNotFound'],
        [id, 'ResourceNotFound'],
        ['nouri', 'BadRequestData'],
      ],
    );
  });
});

export const batchMerge = clause('5.6.20', 'Batch Entity Merge', ({ test }) => {
  test('answers 204 and merges', async (broker) => {
    const id = await broker.create({
      type: 'Building',
      a: property({ x: 1, y: 2 }, { unitCode: 'X' }),
      b: property(1),
    });
    expectNoContent(await send(broker, 'merge', [building(id, { a: property({ y: 3 }), b: NULL })]));
    expectSame(await broker.read(id), building(id, { a: property({ x: 1, y: 3 }, { unitCode: 'X' }) }));
  });

  test('creates nothing', async (broker) => {
    const id = await broker.create({ type: 'Building' });
    const unknown = broker.id();
    const answer = await send(broker, 'merge', [building(unknown), building(id, { a: property(1) })]);
    expectBatchResult(answer, [id], [[unknown, 'ResourceNotFound']]);
  });
});

export const batchOrder = clause('5.5.11', 'Order within a batch', ({ test }) => {
  test('creates the first of two with one id and refuses the second', async (broker) => {
    const [a, b] = [broker.id(), broker.id()];
    const answer = await send(broker, 'create', [
      building(a, { n: property(1) }),
      building(b),
      building(a, { n: property(2) }),
    ]);
    expectBatchResult(answer, [a, b], [[a, 'AlreadyExists']]);
    expectSame(await broker.read(a), building(a, { n: property(1) }));
  });

  test('upserts, updates and merges one after the other', async (broker) => {
    const id = broker.id();
    expectStatus(
      await send(broker, 'upsert', [building(id, { n: property(1) }), building(id, { m: property(2) })]),
      201,
    );
    expectSame(await broker.read(id), building(id, { m: property(2) }));
    expectNoContent(await send(broker, 'update', [building(id, { n: property(3) }), building(id, { n: property(4) })]));
    expectSame(await broker.read(id), building(id, { m: property(2), n: property(4) }));
    expectNoContent(
      await send(broker, 'merge', [building(id, { n: property({ a: 1 }) }), building(id, { n: property({ b: 2 }) })]),
    );
    expectSame(await broker.read(id), building(id, { m: property(2), n: property({ a: 1, b: 2 }) }));
  });

  for (const operation of OPERATIONS) {
    test(`refuses an empty batch, a value that is not an array, and null among the entities: ${operation}`, async (broker) => {
      for (const body of [[], {}, [null]])
        expectProblem(await send(broker, operation, body), 'BadRequestData', 'InvalidRequest');
      expectProblem(await send(broker, operation, []), 'BadRequestData');
    });
    test(`refuses unknown options: ${operation}`, async (broker) => {
      expectProblem(await send(broker, operation, [building(broker.id())], 'nonsense'), 'InvalidRequest');
    });
  }
});
