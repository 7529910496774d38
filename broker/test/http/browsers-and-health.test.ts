import assert from 'node:assert/strict';
import { createBroker } from '../../src/main.ts';
import { eachDatabase } from '../support/index.ts';

const PAGE = 'https://maps.example.org';

eachDatabase('Pages of other origins', (test) => {
  test('are allowed only by CORS_ORIGINS, and may read refusals too', async (t, db) => {
    const closed = await createBroker({ db, publicUrl: 'http://127.0.0.1' });
    t.after(() => closed.close());
    const open = await createBroker({ db, publicUrl: 'http://127.0.0.1', corsOrigins: [PAGE] });
    t.after(() => open.close());
    const asked = { method: 'OPTIONS', url: '/ngsi-ld/v1/entities' } as const;
    const headers = { origin: PAGE, 'access-control-request-method': 'POST' };

    const none = await closed.app.inject({ ...asked, headers });
    assert.equal(none.headers['access-control-allow-origin'], undefined);
    const allowed = await open.app.inject({ ...asked, headers });
    assert.equal(allowed.statusCode, 204);
    assert.equal(allowed.headers['access-control-allow-origin'], PAGE);
    assert.match(String(allowed.headers['access-control-allow-methods']), /PATCH/);

    const url = '/ngsi-ld/v1/entities?local=true&count=true';
    const answer = await open.app.inject({ url, headers: { origin: PAGE } });
    assert.equal(answer.headers['access-control-allow-origin'], PAGE);
    assert.match(String(answer.headers['access-control-expose-headers']), /NGSILD-Results-Count/);
    const stranger = await open.app.inject({ url, headers: { origin: 'https://elsewhere.example.org' } });
    assert.equal(stranger.headers['access-control-allow-origin'], undefined);
    const refused = await open.app.inject({ url, headers: { origin: PAGE, accept: 'text/html' } });
    assert.equal(refused.statusCode, 406);
    assert.equal(refused.headers['access-control-allow-origin'], PAGE);
  });
});

eachDatabase('Health', (test) => {
  test('/ready is false, in our own words, when the database can’t be read', async (t, db) => {
    const broker = await createBroker({ db, publicUrl: 'http://127.0.0.1' });
    t.after(() => broker.close());
    const ready = async () => {
      const answer = await broker.app.inject({ url: '/ready' });
      return [answer.statusCode, answer.json()];
    };
    assert.deepEqual(await ready(), [200, { ready: true }]);
    for (const table of ['tenant', 'entity']) await db.query({ text: `ALTER TABLE ${table} RENAME TO ${table}_away` });
    try {
      assert.deepEqual(await ready(), [503, { ready: false, reason: "The database can't be read" }]);
      assert.equal((await broker.app.inject({ url: '/live' })).statusCode, 200);
      const answer = await broker.app.inject({ url: '/ngsi-ld/v1/entities?local=true' });
      assert.equal(answer.statusCode, 500);
      assert.doesNotMatch(answer.body, /relation|entity/);
    } finally {
      for (const table of ['tenant', 'entity'])
        await db.query({ text: `ALTER TABLE ${table}_away RENAME TO ${table}` });
    }
    assert.deepEqual(await ready(), [200, { ready: true }]);
  });
});
