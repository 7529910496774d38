import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { freePort } from '../../../scripts/programs.ts';
import type { Database } from '../../src/database/database.ts';
import { type BrokerOptions, createBroker, openDatabase } from '../../src/main.ts';
import { MAX_HOPS } from '../../src/model/hops.ts';
import { anotherPostgres, eachDatabase } from '../support/databases.ts';
import { freshTenant } from '../support/index.ts';

/* Notifications that cause changes: an endpoint that is our own API, and brokers that notify each other. */

const QUIET = pino({ level: 'silent' });

async function listening(t: TestContext, db: Database, options: Partial<BrokerOptions> = {}) {
  const port = await freePort();
  const broker = await createBroker({
    db,
    publicUrl: `http://127.0.0.1:${port}`,
    instance: `loops ${port}`,
    port,
    logger: QUIET,
    ...options,
  });
  t.after(() => broker.close());
  await broker.app.listen({ port, host: '127.0.0.1' });
  assert.equal((broker.app.server.address() as AddressInfo).port, port);
  return { broker, port };
}

eachDatabase('A loop of notifications', (test, { kind }) => {
  const tenant = freshTenant();
  const headers = { 'ngsild-tenant': tenant };
  const to = (uri: string) => ({
    type: 'Subscription',
    entities: [{ type: 'Lamp' }, { type: 'Notification' }],
    notification: { endpoint: { uri } },
  });

  test('is prevented for an endpoint that is our own API, however its URL is written', async (t, db) => {
    const { broker, port } = await listening(t, db, { publicUrl: 'https://data.example.org' });
    const ask = (method: 'POST' | 'PATCH', url: string, payload: object) =>
      broker.app.inject({ method, url, headers, payload });
    for (const uri of [
      'https://data.example.org/ngsi-ld/v1/entities',
      'https://DATA.example.org.:443/ngsi-ld/v1/entities',
      'https://user@data.example.org/x/../ngsi-ld/v1/entities',
      `http://127.0.0.1:${port}/ngsi-ld/v1/entities`,
      `http://127.1.2.3:${port}/ngsi-ld/v1/entities`,
      `http://0x7f.1:${port}/%6egsi-ld/v1/entities`,
      `http://0:${port}/ngsi-ld/v1/entityOperations/upsert`,
      `http://localhost:${port}//ngsi-ld/v1/entities`,
      `http://[::1]:${port}/ngsi-ld%2Fv1/entities`,
      `http://[::ffff:127.0.0.1]:${port}/ngsi-ld/v1/entities?x`,
      `http://127.0.0.1:${port}/iot/json?k=key&i=lamp`,
    ]) {
      const refused = await ask('POST', '/ngsi-ld/v1/subscriptions', to(uri));
      assert.equal(refused.statusCode, 400, `${uri}: ${refused.body}`);
      assert.match(
        refused.json().detail,
        /notification\.endpoint\.uri: got .*expected an endpoint that is not our own API/,
      );
    }
    // Other services on this machine, and paths that are not our API.
    const others = [`http://127.0.0.1:9/ngsi-ld/v1/entities`, `http://127.0.0.1:${port}/iot/notify`];
    for (const uri of others) {
      const made = await ask('POST', '/ngsi-ld/v1/subscriptions', to(uri));
      assert.equal(made.statusCode, 201, `${uri}: ${made.body}`);
      const { notification } = to(`http://127.0.0.1:${port}/ngsi-ld/v1/entities`);
      const changed = await ask('PATCH', String(made.headers.location), { notification });
      assert.equal(changed.statusCode, 400, changed.body);
    }
  });

  test(`of two brokers that notify each other ends after ${MAX_HOPS}, and the ledger says why`, async (t, db) => {
    const other = await (kind === 'pglite' ? openDatabase({}) : (anotherPostgres()?.open() ?? openDatabase({})));
    const [one, two] = [await listening(t, db), await listening(t, other)];
    if (kind === 'pglite') t.after(() => other.close()); // after its broker has ended
    const places = [one, two].map(({ broker, port }) => {
      const ask = (method: 'GET' | 'POST', url: string, payload?: object) =>
        broker.app.inject({ method, url, headers, ...(payload && { payload }) });
      const sentCount = async () =>
        (await ask('GET', '/ngsi-ld/v1/entities?type=Notification&limit=100')).json().length as number;
      return { ask, sentCount, url: `http://127.0.0.1:${port}/ngsi-ld/v1/entities` };
    });
    const [here, there] = places as [(typeof places)[0], (typeof places)[0]]; // two
    for (const [from, at] of [
      [here, there],
      [there, here],
    ] as const) {
      const made = await from.ask('POST', '/ngsi-ld/v1/subscriptions', to(at.url));
      assert.equal(made.statusCode, 201, made.body);
    }
    const lamp = { id: 'urn:ngsi-ld:Lamp:1', type: 'Lamp', power: { type: 'Property', value: 1 } };
    assert.equal((await here.ask('POST', '/ngsi-ld/v1/entities', lamp)).statusCode, 201);

    const deadline = Date.now() + 60_000;
    const deadLetters = async () => {
      const answers = await Promise.all(places.map(({ ask }) => ask('GET', '/ops/notifications/dead-letters')));
      return answers.flatMap((answer) => answer.json().deadLetters as { error: string }[]);
    };
    while ((await deadLetters()).length === 0 && Date.now() < deadline) await pause(50);
    const [dead, ...more] = await deadLetters();
    assert.match(JSON.stringify(dead), /Not sent: 8 notifications led to this change/);
    assert.deepEqual(more, []);
    assert.equal((await here.sentCount()) + (await there.sentCount()), MAX_HOPS);
    // A change without previous notifications is notified as usual.
    assert.equal(
      (await here.ask('POST', '/ngsi-ld/v1/entities', { ...lamp, id: 'urn:ngsi-ld:Lamp:2' })).statusCode,
      201,
    );
    while ((await deadLetters()).length === 1 && Date.now() < deadline) await pause(50);
    assert.equal((await here.sentCount()) + (await there.sentCount()), 2 * MAX_HOPS);
  });

  test('has a header with the number of hops', async (t, db) => {
    const { broker } = await listening(t, db);
    for (const hops of ['0', '-1', 'x', '1, 1', '99999999999']) {
      const answer = await broker.app.inject({
        method: 'POST',
        url: '/ngsi-ld/v1/entities',
        headers: { ...headers, 'alzette-hops': hops },
        payload: { id: `urn:x:${hops.length}`, type: 'Lamp' },
      });
      assert.equal(answer.statusCode, 400, hops);
      assert.match(answer.json().detail, /Alzette-Hops: got/);
    }
  });
});
