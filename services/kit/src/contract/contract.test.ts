import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { type FastifyInstance, fastify, type InjectOptions } from 'fastify';
import { bodyReader } from '../bodies/bodies.ts';
import { documents, documentsInBody, forEveryone, type ObjectKind } from '../objects/objects.ts';
import { missing } from '../problems/problems.ts';
import { serviceRoutes } from '../routes/routes.ts';
import { createClient, pathOf } from './client.ts';
import {
  byName,
  contract,
  dateTime,
  identifier,
  listOf,
  media,
  object,
  oneOf,
  partial,
  Type,
  uri,
  wholeNumber,
} from './contract.ts';
import { answer, type Handlers, serve } from './serve.ts';

const PATHS = {
  list: 'GET /trees',
  plant: 'POST /trees',
  tree: 'GET /trees/:id',
  fell: 'DELETE /trees/:id',
  picture: 'GET /trees/:id/picture',
  water: 'PUT /trees/:id/water',
  prune: 'POST /trees/:id/prune',
} as const;

const Tree = object({ id: Type.String(), kind: Type.Enum(['oak', 'lime']), height: Type.Optional(Type.Number()) });
const TREES = contract(PATHS, {
  list: {
    summary: 'Trees',
    access: 'read',
    query: {
      kind: listOf(oneOf(['oak', 'lime']), { max: 2 }),
      since: dateTime(),
      limit: wholeNumber({ min: 1, max: 100, default: 20 }),
    },
    cached: 'minute',
    answers: { 200: object({ trees: Type.Array(Tree), asked: Type.Array(Type.Unknown()) }) },
  },
  plant: {
    summary: 'Plants a tree',
    access: 'write',
    body: Tree,
    answers: { 200: Tree, 201: Tree },
    example: { body: { id: 'o1', kind: 'oak' } },
  },
  tree: { summary: 'One tree', access: 'read', params: { id: identifier() }, answers: { 200: Tree } },
  fell: { summary: 'Fells a tree', access: 'administer', params: { id: uri() }, answers: { 204: null } },
  picture: {
    summary: 'A picture of it',
    access: 'nothing',
    params: { id: identifier() },
    answers: { 200: media('text/csv') },
  },
  water: {
    summary: 'Waters a tree',
    access: 'write',
    params: { id: identifier() },
    body: object({ litres: Type.Integer({ minimum: 1 }) }),
    answers: { 200: object({ litres: Type.Integer() }) },
    example: { params: { id: 'o1' }, body: { litres: 10 } },
  },
  prune: {
    summary: 'Prunes a tree',
    access: 'administer',
    params: { id: identifier() },
    body: Type.Optional(object({ to: Type.Optional(Type.Number()) })),
    answers: { 200: object({ to: Type.Number() }) },
    example: { params: { id: 'o1' }, body: { to: 4 } },
  },
});
type Trees = typeof TREES;

/** Only the oak exists, and only its gardener may write. */
const KIND: ObjectKind<{ id: string }> = {
  name: 'tree',
  find: (_tenant, id) => (id === 'o1' ? { id } : undefined),
  may: (_action, { id }) => id === 'o1',
};

const HANDLERS: Handlers<Trees> = {
  list: {
    objects: forEveryone('trees stand in the street'),
    handle: ({ query: { kind, since, limit } }) => ({ trees: [], asked: [kind, since, limit] }),
  },
  plant: {
    objects: documentsInBody(KIND, async ({ body: { id } }) => [{ id }]),
    handle: ({ body }, reply) => {
      reply.header('location', `/trees/${body.id}`);
      return answer(body.kind === 'oak' ? 200 : 201, body);
    },
  },
  tree: {
    objects: forEveryone('trees stand in the street'),
    // As a document of an older version may be: the types can't know.
    handle: ({ params: { id } }) => JSON.parse(`{ "id": "${id}", "kind": "${id === 'o1' ? 'oak' : 'weed'}" }`),
  },
  fell: async () => undefined,
  picture: () => Readable.from(['a,b\n']),
  water: {
    objects: documents(KIND, async ({ params: { id } }) => {
      if (id !== 'o1') throw missing('tree', id);
      return [{ id }];
    }),
    handle: ({ body: { litres } }) => ({ litres }),
  },
  prune: ({ body: { to = 3 } }) => ({ to }),
};

async function garden(handlers: Handlers<Trees> = HANDLERS): Promise<FastifyInstance> {
  const app = fastify();
  app.decorate('checksAnswers', true);
  app.decorate('judgeOf', () => ({
    caller: {} as never, // not asked by the kinds of this test
    may: () => true,
    mayAny: () => true,
    refused: async () => new Set<string>(),
  }));
  await serviceRoutes(app, '/trees', (scope) => serve(scope, TREES, handlers));
  return app;
}

test('a handler gets the values of the URL, and a wrong one is refused with what was expected', async () => {
  const app = await garden();
  const { asked } = (await app.inject('/trees?kind=oak,lime&since=2026-03-29T08:00:00Z')).json();
  assert.deepEqual(asked, [['oak', 'lime'], '2026-03-29T08:00:00.000Z', 20]);
  for (const [url, detail] of [
    ['/trees?limit=0', 'limit: got "0", expected a whole number from 1 to 100'],
    ['/trees?colour=red', 'colour: got "red", expected no parameter of that name; known: kind, since, limit'],
    ['/trees/_', 'id: got "_", expected letters, digits, ".", "_" and "-" of at most 64 characters'],
  ] as const) {
    const refusal = await app.inject(url);
    assert.deepEqual([refusal.statusCode, refusal.json().detail], [400, detail]);
    assert.equal(refusal.headers['content-type'], 'application/problem+json; charset=utf-8');
  }
});

test('a body is checked, after the objects that the path names and before those that it names itself', async () => {
  const app = await garden();
  const ask = async (method: InjectOptions['method'], url: string, payload: object) => {
    const { statusCode, body } = await app.inject({ method: method as 'PUT', url, payload });
    return [statusCode, JSON.parse(body).detail];
  };
  assert.deepEqual(await ask('PUT', '/trees/elm/water', { litres: 'some' }), [404, 'There is no tree "elm"']);
  assert.deepEqual(await ask('PUT', '/trees/o1/water', { litres: 'some' }), [
    400,
    'litres: got "some", expected integer',
  ]);
  assert.deepEqual(await ask('PUT', '/trees/o1/water', { litres: 1, of: 'wine' }), [
    400,
    'of: got "wine", expected no member of that name; known: litres',
  ]);
  assert.deepEqual(await ask('POST', '/trees', { id: 7, kind: 'oak' }), [400, 'id: got 7, expected string']);
  assert.equal((await ask('POST', '/trees', { id: 'elm', kind: 'oak' }))[0], 404);
});

test('a body that may be missing is then an empty object', async () => {
  const app = await garden();
  const prune = async (payload?: object) =>
    (await app.inject({ method: 'POST', url: '/trees/o1/prune', ...(payload && { payload }) })).json();
  assert.deepEqual([await prune(), await prune({ to: 5 })], [{ to: 3 }, { to: 5 }]);
  assert.equal((await prune({ to: 'low' })).detail, 'to: got "low", expected number');
  const nothing = { method: 'POST', url: '/trees/o1/prune', headers: { 'content-type': 'application/json' } } as const;
  assert.equal((await app.inject({ ...nothing, payload: 'null' })).statusCode, 400);
});

test('a refusal tells both bounds, and the form of a text in words', () => {
  const read = bodyReader(
    object({
      share: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
      name: Type.Optional(Type.String({ minLength: 1, maxLength: 5 })),
      note: Type.Optional(Type.String({ maxLength: 9 })),
      days: Type.Optional(Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { minItems: 1, maxItems: 2 })),
      time: Type.Optional(Type.String({ pattern: '^\\d\\d:\\d\\d$', description: 'HH:MM' })),
    }),
  );
  for (const [body, detail] of [
    [{ share: 2 }, 'share: got 2, expected a number from 0 to 1'],
    [{ share: 'half' }, 'share: got "half", expected a number from 0 to 1'],
    [{ name: '' }, 'name: got "", expected a text of 1 to 5 characters'],
    [{ note: 7 }, 'note: got 7, expected a text of at most 9 characters'],
    [{ days: [] }, 'days: got [], expected a list of 1 to 2 items'],
    [{ days: [1.5] }, 'days.0: got 1.5, expected a whole number from 1 to 7'],
    [{ time: 'noon' }, 'time: got "noon", expected a value that must match pattern "^\\d\\d:\\d\\d$": HH:MM'],
    [{ time: 12 }, 'time: got 12, expected string: HH:MM'],
  ] as const) {
    assert.throws(() => read(body), { message: detail });
  }
});

test('a part of an object has no other members than the object', () => {
  const read = bodyReader(partial(object({ kind: Type.String(), height: Type.Number() })));
  assert.deepEqual(read({ height: 2 }), { height: 2 });
  assert.throws(() => read({ of: 'wine' }), { message: /of: got "wine", expected no member of that name/ });
});

test('values of any name are checked, also if the name has a line break', () => {
  const read = bodyReader(byName(Type.Integer()));
  for (const name of ['oak', 'o\nak', '']) {
    assert.deepEqual(read({ [name]: 1 }), { [name]: 1 });
    assert.throws(() => read({ [name]: 'x' }), /got "x", expected integer/);
  }
});

test('an answer has its status, headers and media type, and caches may store it where the contract says so', async () => {
  const app = await garden();
  const planted = await app.inject({ method: 'POST', url: '/trees', payload: { id: 'o1', kind: 'lime' } });
  assert.deepEqual([planted.statusCode, planted.headers.location], [201, '/trees/o1']);
  const felled = await app.inject({ method: 'DELETE', url: '/trees/urn:x:1' });
  assert.deepEqual([felled.statusCode, felled.body], [204, '']);
  const picture = await app.inject('/trees/o1/picture');
  assert.deepEqual([picture.headers['content-type'], picture.body], ['text/csv', 'a,b\n']);
  const list = await app.inject('/trees');
  assert.match(String(list.headers['cache-control']), /max-age=60/);
  const again = await app.inject({ url: '/trees', headers: { 'if-none-match': String(list.headers.etag) } });
  assert.equal(again.statusCode, 304);
});

test('in tests, an answer that differs from its contract is an error that names the difference', async () => {
  const app = await garden();
  assert.equal((await app.inject('/trees/o1')).statusCode, 200);
  const other = await app.inject('/trees/w1');
  assert.deepEqual(
    [other.statusCode, other.json().detail],
    [500, 'GET /trees/:id 200: kind: got "weed", expected one of oak, lime'],
  );
});

test('an operation without a handler, without objects or outside the prefix fails at start', async () => {
  const { tree: _, ...rest } = HANDLERS;
  await assert.rejects(garden(rest as Handlers<Trees>), /GET \/trees\/:id has no handler/);
  const unjudged = { ...HANDLERS, tree: HANDLERS.tree.handle } as unknown as Handlers<Trees>;
  await assert.rejects(garden(unjudged), /GET \/trees\/:id requires "read" without declaring its objects/);
  const elsewhere = serviceRoutes(fastify(), '/bushes', (scope) => serve(scope, TREES, HANDLERS));
  await assert.rejects(async () => elsewhere, /GET \/trees is not below \/bushes/);
});

test('a client made of the paths alone calls the operations', async () => {
  const app = await garden();
  const signal = AbortSignal.timeout(10_000);
  const sent: (AbortSignal | undefined)[] = [];
  const trees = createClient<Trees>(PATHS, async ({ method, path, body, signal: until }) => {
    sent.push(until);
    const answered = await app.inject({ method: method as 'GET', url: path, ...(body ? { payload: body } : {}) });
    return answered.body === '' ? undefined : JSON.parse(answered.body);
  });
  const { asked } = await trees.list({ query: { kind: ['oak'], since: new Date(0), limit: undefined }, signal });
  assert.deepEqual(asked, [['oak'], '1970-01-01T00:00:00.000Z', 20]);
  assert.deepEqual(sent, [signal]);
  assert.deepEqual(await trees.water({ params: { id: 'o1' }, body: { litres: 3 } }), { litres: 3 });
  assert.equal((await trees.list()).trees.length, 0);
  assert.equal(await trees.fell({ params: { id: 'urn:x:a/b?c' } }), undefined);
  assert.equal(pathOf(PATHS.picture, { params: { id: 'a/b' } }), '/trees/a%2Fb/picture');
});
