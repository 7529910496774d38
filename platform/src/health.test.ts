import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import Fastify from 'fastify';
import { type Check, healthRoutes } from './health.ts';

describe('health', () => {
  test('is live and ready when all that is needed answers', async () => {
    const app = appWith({ name: 'database', run: async () => undefined });
    const [live, ready] = [await app.inject('/live'), await app.inject('/ready')];
    assert.deepEqual([live.statusCode, live.json()], [200, { status: 'up' }]);
    assert.deepEqual([ready.statusCode, ready.json()], [200, { status: 'ready', checks: { database: 'ok' } }]);
  });

  test('stays live but is not ready, and says why, when something refuses', async () => {
    const app = appWith(
      { name: 'database', run: () => Promise.reject(new Error('connection refused')) },
      { name: 'mqtt', run: async () => 'not connected' },
    );
    assert.equal((await app.inject('/live')).statusCode, 200);
    const ready = await app.inject('/ready');
    assert.equal(ready.statusCode, 503);
    assert.deepEqual(ready.json().checks, { database: 'connection refused', mqtt: 'not connected' });
  });

  test('does not wait for ever', async () => {
    const app = appWith({ name: 'database', run: () => new Promise(() => {}) });
    const ready = await app.inject('/ready');
    assert.deepEqual([ready.statusCode, ready.json().checks.database], [503, 'no answer within 2000 ms']);
  });
});

function appWith(...checks: Check[]) {
  const app = Fastify();
  healthRoutes(app, checks);
  return app;
}
