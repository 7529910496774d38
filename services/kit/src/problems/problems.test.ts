import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NgsiLdClientError } from '@alzette/ngsi-ld-schemas/client';
import Fastify from 'fastify';
import { answerProblems } from './problems.ts';

test('a broker that is overloaded is no error of the service', async (t) => {
  const app = Fastify();
  t.after(() => app.close());
  answerProblems(app);
  const detail = 'No connection was free in time';
  app.get('/', async () => {
    throw new NgsiLdClientError(503, { type: 'about:blank', title: 'Busy', detail });
  });
  const answer = await app.inject('/');
  assert.equal(answer.statusCode, 503);
  assert.equal(answer.json().detail, detail);
  assert.ok(Number(answer.headers['retry-after']) > 0);
});
