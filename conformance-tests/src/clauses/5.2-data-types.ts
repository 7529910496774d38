import { clause } from '../clause.ts';
import { property } from '../documents.ts';
import {
  at,
  expectBatchResult,
  expectBody,
  expectProblem,
  expectSame,
  expectStatus,
  expectThat,
  memberOf,
} from '../expect.ts';
import { entityPath, type Json } from '../rig/broker.ts';
import { aDateTime, anything, aString } from '../same.ts';

const TIMES = { createdAt: aDateTime, modifiedAt: aDateTime };

export const systemAttributes = clause('5.2.2', 'Times kept by the broker', ({ test }) => {
  test('are shown with sysAttrs alone, on entities, attributes and their attributes', async (broker) => {
    const type = broker.name();
    const id = await broker.create({ type, a: property(1, { b: property(2) }) });
    expectBody(await broker.get(entityPath(id)), { id, type, a: property(1, { b: property(2) }) });
    const expected = { id, type, ...TIMES, a: property(1, { ...TIMES, b: property(2, TIMES) }) };
    const query = { options: 'sysAttrs' };
    expectBody(await broker.get(entityPath(id), { query }), expected);
    expectBody(await broker.get('/entities', { query: { ...query, type } }), [expected]);
  });

  test('are shown in concise form too', async (broker) => {
    const id = await broker.create({ type: 'Building', a: property(1) });
    for (const query of [{ options: 'sysAttrs,concise' }, { options: 'sysAttrs', format: 'concise' }]) {
      expectBody(await broker.get(entityPath(id), { query }), {
        id,
        type: 'Building',
        ...TIMES,
        a: { value: 1, ...TIMES },
      });
    }
  });

  test('are ignored when a client sends them', async (broker) => {
    const old = '2001-01-01T00:00:00Z';
    const sent = { createdAt: old, modifiedAt: old };
    const id = await broker.create({ type: 'Building', ...sent, a: property(1, sent) });
    expectSame(await broker.read(id), { id, type: 'Building', a: property(1) });
    const read = await broker.read(id, { query: { options: 'sysAttrs' } });
    for (const place of [read, read.a]) {
      expectThat(String(memberOf(place, 'createdAt')) > '2020', 'a createdAt of today', broker.last as never);
    }
  });

  test('change with the content: modifiedAt moves and createdAt stays', async (broker) => {
    const id = await broker.create({ type: 'Building', a: property(1), b: property(1) });
    const read = () => broker.read(id, { query: { options: 'sysAttrs' } });
    const before = await read();
    await broker.patch(`${entityPath(id)}/attrs`, { a: property(2) });
    const after = await read();
    const answer = broker.last as never;
    expectSame([after.createdAt, at(after, 'a', 'createdAt')], [before.createdAt, at(before, 'a', 'createdAt')]);
    expectThat(String(after.modifiedAt) > String(before.modifiedAt), 'a later modifiedAt of the entity', answer);
    const [was, is] = [at(before, 'a', 'modifiedAt'), at(after, 'a', 'modifiedAt')];
    expectThat(String(is) > String(was), 'a later modifiedAt of a', answer);
    expectSame(after.b, before.b);
  });

  test('keep createdAt when an entity is replaced', async (broker) => {
    const id = await broker.create({ type: 'Building', a: property(1) });
    const read = () => broker.read(id, { query: { options: 'sysAttrs' } });
    const before = await read();
    await broker.put(entityPath(id), { id, type: 'Building', a: property(2) });
    expectSame((await read()).createdAt, before.createdAt);
  });
});

export const contextMember = clause('5.2.3', '@context of answers', ({ test }) => {
  test('names the context of the request', async (broker, { contexts }) => {
    const context = contexts.serve({ colour: 'https://example.org/colour' });
    const type = broker.name();
    const id = await broker.create({ type, colour: property('red') }, { context });
    const names = (body: unknown) => JSON.stringify(memberOf(body, '@context') ?? null).includes(context);
    const one = await broker.get(entityPath(id), { context, accept: 'application/ld+json' });
    expectThat(names(one.body), `@context with ${context}`, one);
    const all = await broker.get('/entities', { context, accept: 'application/ld+json', query: { type } });
    expectThat(names(at(all.body, 0)), `@context with ${context} in each entity`, all);
  });

  test('names the core context when the request has none', async (broker) => {
    const id = await broker.create({ type: 'Building' });
    const answer = await broker.get(entityPath(id), { accept: 'application/ld+json' });
    expectThat(
      /ngsi-ld-core-context/.test(JSON.stringify(memberOf(answer.body, '@context'))),
      'the core context',
      answer,
    );
  });
});

export const batchResults = clause('5.2.16', 'BatchOperationResult and UpdateResult', ({ test }) => {
  test('tells done and failed entities with the problem of each', async (broker) => {
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

  test('tells names of attributes in full with the reason they were not written', async (broker, { contexts }) => {
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
});

export const entitySelectors = clause('5.2.33', 'EntitySelector', ({ test }) => {
  const wrong: readonly (readonly [string, unknown])[] = [
    ['without type', { id: 'urn:x:1' }],
    ['with an id that is no URI', { type: 'Building', id: 'x' }],
    ['with ids of which one is no URI', { type: 'Building', id: ['urn:x:1', 5] }],
    ['with an idPattern that is no regular expression', { type: 'Building', idPattern: '[' }],
    ['with a type that is no text', { type: 5 }],
    ['that is no object', 'Building'],
  ];
  for (const [what, selector] of wrong) {
    test(`is refused ${what}`, async (broker) => {
      const body = { type: 'Query', entities: [selector] };
      expectProblem(await broker.post('/entityOperations/query', body), 'BadRequestData');
    });
  }
});
