import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { contract, object, oneOf, Type, uri, wholeNumber } from '@alzette/kit/contract';
import { metric } from '@alzette/kit/metrics';
import { BY_ENTITIES, forEveryone } from '@alzette/kit/objects';
import { missing } from '@alzette/kit/problems';
import { DONE, operation, serviceRoutes } from '@alzette/kit/routes';
import { serve } from '@alzette/kit/serve';
import { defineService } from '@alzette/kit/service';
import { eventually } from '@alzette/kit/testing';
import { startGuardedPlatform } from './support/guarded-platform.ts';
import { ownDatabase } from './support/own-database.ts';

const SORTS = ['entity', 'text'] as const;
const NOTES = contract({ list: 'GET /notes', note: 'PUT /notes/:entity' } as const, {
  list: {
    summary: 'Notes',
    access: 'read',
    query: { sort: oneOf(SORTS, { default: 'entity' }), limit: wholeNumber({ min: 1, max: 10, default: 2 }) },
    answers: { 200: object({ sort: Type.Enum(SORTS), limit: Type.Integer() }) },
  },
  note: {
    summary: 'Notes something of an entity',
    access: 'write',
    params: { entity: uri() },
    body: object({ text: Type.String({ maxLength: 200 }) }),
    answers: { 204: null },
    example: { params: { entity: 'urn:ngsi-ld:Streetlight:1' }, body: { text: 'It blinks' } },
  },
});

/** An example service: notes on entities, which a job counts. */
async function notes(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'notes-'));
  t.after(() => rm(folder, { recursive: true }));
  const tables = 'CREATE SCHEMA notes; CREATE TABLE notes.note (entity text PRIMARY KEY, text text, author text)';
  await writeFile(join(folder, '001-notes.sql'), tables);
  const state = { stopped: false };
  const service = defineService({
    name: 'notes',
    migrations: pathToFileURL(folder),
    async start({ app, db, callerOf, clientOf, jobs, metrics }) {
      const count = async () =>
        (await db.query<{ n: number }>({ text: 'SELECT count(*)::int AS n FROM notes.note' })).rows[0]?.n ?? 0;
      const counting = jobs.define({
        name: 'notes.count',
        title: { fr: 'Compter', en: 'Count' },
        run: async () => ({ notes: await count() }),
      });
      metrics.add(async () => metric('alzette_notes', 'gauge', 'Notes', await count()));
      await serviceRoutes(app, '/notes', (scope) => {
        serve(scope, NOTES, {
          list: { objects: forEveryone('how notes are sorted'), handle: ({ query }) => query },
          note: {
            objects: BY_ENTITIES,
            async handle(request) {
              const { params, body } = request;
              const { subject, tenant } = callerOf(request);
              const known = await clientOf(request).retrieveEntity(params.entity, { tenant });
              if (known === undefined) throw missing('entity', params.entity);
              await db.transaction(async (tx) => {
                const values = [params.entity, body.text, subject];
                await tx.query({ text: 'INSERT INTO notes.note VALUES ($1, $2, $3)', values });
                await counting.enqueue({}, { tx });
              });
            },
          },
        });
      });
      return {
        async stop() {
          state.stopped = true;
        },
      };
    },
  });
  return { service, state };
}

const kinds = [
  { label: 'pglite' },
  ...(process.env.TEST_DATABASE_URL ? [{ label: 'postgres', url: process.env.TEST_DATABASE_URL }] : []),
];

for (const { label, url } of kinds) {
  test(`a service has routes, tables, jobs and metrics of its own (${label})`, async (t) => {
    const database = url === undefined ? undefined : await ownDatabase(url, 'services');
    const { service, state } = await notes(t);
    const { app, authorizationOf } = await startGuardedPlatform(t, { DATABASE_URL: database?.url }, [service]);
    t.after(() => database?.drop());
    const administrator = { authorization: await authorizationOf('ada', 'administrator') };
    const stranger = { authorization: await authorizationOf('zoe', 'citizen') };
    const get = async (path: string, headers: Record<string, string> = administrator) =>
      app.inject({ url: path, headers });

    assert.equal((await get('/notes', {})).statusCode, 401);
    assert.equal((await get('/notes', stranger)).statusCode, 403);
    assert.deepEqual((await get('/notes?limit=3')).json(), { sort: 'entity', limit: 3 });
    for (const [query, detail] of [
      ['limit=11', 'limit: got "11", expected a whole number from 1 to 10'],
      ['sort=author', 'sort: got "author", expected one of entity, text'],
      ['sort=text&sort=text', 'sort: got ["text","text"], expected one of entity, text'],
      ['page=2', 'page: got "2", expected no parameter of that name; known: sort, limit'],
    ]) {
      const answer = await get(`/notes?${query}`);
      assert.equal(answer.statusCode, 400);
      assert.equal(answer.headers['content-type'], 'application/problem+json; charset=utf-8');
      assert.equal(answer.json().detail, detail);
    }

    const put = (path: string, payload: string, headers: Record<string, string> = administrator) =>
      app.inject({ method: 'PUT', url: path, headers: { 'content-type': 'application/json', ...headers }, payload });
    for (const [body, status, detail] of [
      ['{"text": ', 400, /^body: got invalid JSON/],
      ['{"text": 3}', 400, /^text: got 3, expected what must be string|^text: got 3/],
      ['{}', 400, /^text: got nothing, expected a value/],
      ['{"text": "a", "more": 1}', 400, /^more: got 1, expected no member of that name; known: text/],
      ['{"text": "\\u0000"}', 400, /^text: got U\+0000/],
      ['{"\\u005f_proto__": {"text": "a"}}', 400, /^__proto__: got/],
      ['{"text": "\\ud800"}', 400, /^text: got U\+0000 or half a surrogate pair/],
      [`{"text": ${'['.repeat(40)}${']'.repeat(40)}}`, 400, /more than 32 levels/],
      [`{"text": "${'a'.repeat(1024 * 1024)}"}`, 413, /./],
    ] as const) {
      const answer = await put('/notes/urn:x:1', body);
      assert.equal(answer.statusCode, status, answer.body);
      assert.match(answer.json().detail, detail);
    }
    assert.equal(
      (await put('/notes/no-uri', '{"text":"a"}')).json().detail,
      'entity: got "no-uri", expected an absolute URI of at most 2000 characters',
    );
    assert.equal((await put('/notes/urn:x:1', '{"text":"a"}', stranger)).statusCode, 403);
    assert.equal((await put('/notes/urn:x:1', '{"text":"a"}')).json().detail, 'There is no entity "urn:x:1"');

    const lamp = { id: 'urn:x:1', type: 'Lamp' };
    assert.equal(
      (await app.inject({ method: 'POST', url: '/ngsi-ld/v1/entities', headers: administrator, payload: lamp }))
        .statusCode,
      201,
    );
    assert.equal((await put('/notes/urn:x:1', '{"text":"leans"}')).statusCode, 204);
    const done = await eventually('the job has run', async () => {
      const { lastRun } = (await get('/ops/jobs/notes.count')).json();
      return lastRun?.state === 'completed' && lastRun;
    });
    assert.deepEqual(done.output, { notes: 1 });
    assert.equal((await get('/ops/jobs', stranger)).statusCode, 403);
    const metrics = (await get('/metrics')).body;
    assert.match(metrics, /^alzette_notes 1$/m);
    assert.match(metrics, /^alzette_job_completed_total\{job="notes.count"\} 1$/m);
    const { paths } = (await get('/openapi')).json();
    assert.equal(paths['/notes/{entity}'].put.summary, 'Notes something of an entity');
    assert.deepEqual(
      paths['/notes'].get.parameters.map(({ name, schema }: { name: string; schema: object }) => [name, schema]),
      [
        ['sort', { type: 'string', enum: ['entity', 'text'] }],
        ['limit', { type: 'integer', minimum: 1, maximum: 10 }],
      ],
    );
    assert.equal(state.stopped, false);
  });
}

test('a route without a declared right, or without its objects, prevents the start', async (t) => {
  const careless = (options: object) =>
    defineService({
      name: 'careless',
      async start({ app }) {
        await serviceRoutes(app, '/careless', (scope) => {
          scope.get('', options, async () => ({}));
        });
        return { async stop() {} };
      },
    });
  await assert.rejects(startGuardedPlatform(t, {}, [careless({})]), /GET \/careless was registered without operation/);
  for (const access of ['read', 'write', 'subscribe', 'known'] as const) {
    await assert.rejects(
      startGuardedPlatform(t, {}, [careless(operation({ access, summary: 'Careless', answers: DONE }))]),
      new RegExp(`GET /careless requires "${access}" without declaring its objects`),
    );
  }
});
