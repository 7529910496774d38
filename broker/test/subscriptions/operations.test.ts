import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../../src/database/database.ts';
import { eachDatabase, freshTenant } from '../support/index.ts';
import { QUICK, startNotifyingBroker } from './notifying-broker.ts';
import { startReceiver } from './receiver.ts';

const ROOT = '/ops/notifications';

/** A broker that gives notifications up at the first failure. */
async function start(t: TestContext, db: Database) {
  const broker = await startNotifyingBroker(db, { delivery: { ...QUICK, longestAgeMs: 0 } });
  const receiver = await startReceiver();
  t.after(async () => {
    await broker.close();
    await receiver.close();
  });
  const tenant = freshTenant();
  async function ask(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) {
    const response = await broker.app.inject({
      method,
      url: ROOT + path,
      headers: { 'ngsild-tenant': tenant },
      ...(body && { payload: body }),
    });
    return { status: response.statusCode, body: response.body === '' ? undefined : response.json() };
  }
  return { broker, receiver, tenant, ask };
}

const lamp = (number: number, level = 0) => ({
  id: `urn:ngsi-ld:Lamp:${number}`,
  type: 'Lamp',
  level: { type: 'Property', value: level },
});

eachDatabase('/ops/notifications', (test) => {
  test('lists sent, failed and dead ones; replays one, then all since a time, in order; drops', async (t, db) => {
    const { broker, receiver, tenant, ask } = await start(t, db);
    receiver.answerWith((_request, response) => response.writeHead(400).end());
    const about = { entities: [{ type: 'Lamp' }], throttling: undefined };
    const id = await broker.subscribe(tenant, { ...about, notification: { endpoint: { uri: receiver.url } } });
    await broker.create(tenant, lamp(1));
    for (let level = 1; level < 5; level++) {
      await broker.merge(tenant, lamp(1).id, { level: { type: 'Property', value: level } });
    }
    await receiver.expect(5);

    const ledger = (await ask('GET', `/subscriptions/${id}`)).body;
    assert.equal(ledger.subscriptionId, id);
    assert.deepEqual([ledger.sent, ledger.failed, ledger.owed, ledger.dead, ledger.replayed], [5, 5, 0, 5, 0]);
    assert.equal(ledger.lastSuccess, null);
    assert.deepEqual((await ask('GET', '/subscriptions?limit=1')).body.subscriptions, [ledger]);
    const { total, deadLetters } = (await ask('GET', `/dead-letters?subscriptionId=${id}&limit=2`)).body;
    assert.equal(total, 5);
    assert.equal(deadLetters.length, 2);
    const [first, second] = deadLetters;
    assert.equal(first.subscriptionId, id);
    assert.equal(first.entityId, lamp(1).id);
    assert.equal(first.lastError, 'Answered with status 400');

    receiver.answerWith((_request, response) => response.writeHead(200).end());
    receiver.received.length = 0;
    assert.deepEqual(await ask('POST', '/dead-letters/replay', { id: second.id }), {
      status: 200,
      body: { replayed: 1 },
    });
    await receiver.expect(1);
    assert.equal(receiver.received[0]?.body.id, `urn:ngsi-ld:Notification:${second.id}`);
    assert.equal((await ask('POST', '/dead-letters/replay', { id: second.id })).status, 404);

    assert.equal((await ask('DELETE', `/dead-letters/${first.id}`)).status, 204);
    assert.equal((await ask('DELETE', `/dead-letters/${first.id}`)).status, 404);
    const since = new Date(Date.now() - 60_000).toISOString();
    assert.deepEqual((await ask('POST', '/dead-letters/replay', { since })).body, { replayed: 3 });
    await receiver.expect(4);
    assert.deepEqual(
      receiver.received.slice(1).map(({ body }) => body.data[0].level.value),
      [2, 3, 4],
    );
    const after = (await ask('GET', `/subscriptions/${id}`)).body;
    assert.deepEqual([after.sent, after.failed, after.owed, after.dead, after.replayed], [9, 5, 0, 0, 4]);
    assert.equal(after.endpoint.circuit, 'closed');
    assert.deepEqual((await ask('DELETE', `/dead-letters?subscriptionId=${id}`)).body, { dropped: 0 });
  });

  test('the circuit of an endpoint that is down is open, with its error and the time of the next attempt', async (t, db) => {
    const broker = await startNotifyingBroker(db, {
      delivery: { ...QUICK, firstPauseMs: 60_000, longestPauseMs: 60_000 },
    });
    const receiver = await startReceiver();
    t.after(() => broker.close());
    await receiver.close();
    const tenant = freshTenant();
    const uri = `${receiver.url}/down?key=secret`;
    const id = await broker.subscribe(tenant, { entities: [{ type: 'Lamp' }], notification: { endpoint: { uri } } });
    await broker.create(tenant, lamp(1));
    await broker.create(tenant, lamp(2));
    await pause(200);

    const headers = { 'ngsild-tenant': tenant };
    const { endpoints } = (await broker.app.inject({ url: `${ROOT}/endpoints`, headers })).json();
    const state = endpoints.find(({ endpoint }: { endpoint: string }) => endpoint === `${receiver.url}/down`);
    assert.equal(state.circuit, 'open');
    assert.equal(state.failures, 1);
    assert.match(state.lastError, /ECONNREFUSED/);
    assert.equal(state.waiting, 2);
    assert.ok(Date.parse(state.retryAt) > Date.now() + 20_000);
    const ledger = (await broker.app.inject({ url: `${ROOT}/subscriptions/${id}`, headers })).json();
    assert.deepEqual(ledger.endpoint, state);
    assert.equal(ledger.owed, 2);
  });

  test('an endpoint that fails for one tenant is paused for this one only', async (t, db) => {
    const broker = await startNotifyingBroker(db, {
      delivery: { ...QUICK, firstPauseMs: 60_000, longestPauseMs: 60_000 },
    });
    const receiver = await startReceiver();
    t.after(async () => {
      await broker.close();
      await receiver.close();
    });
    const [failing, working] = [freshTenant(), freshTenant()];
    receiver.answerWith(({ path }, response) => response.writeHead(path.includes(failing) ? 503 : 204).end());
    for (const tenant of [failing, working]) {
      const endpoint = { uri: `${receiver.url}/same?tenant=${tenant}` };
      await broker.subscribe(tenant, { entities: [{ type: 'Lamp' }], notification: { endpoint } });
    }
    await broker.batch(failing, 'upsert', [lamp(1), lamp(2)]);
    await receiver.expect(1);
    await broker.batch(working, 'upsert', [lamp(1), lamp(2)]);
    await broker.batch(working, 'update', [lamp(1, 1), lamp(2, 1)]);
    await receiver.expect(3);
    assert.deepEqual(
      receiver.received.map(({ path, body }) => [path.endsWith(working), body.data.length]),
      [
        [false, 2],
        [true, 2],
        [true, 2],
      ],
    );
    const { endpoints } = (await broker.app.inject({ url: `${ROOT}/endpoints` })).json();
    const paused = endpoints.filter(({ circuit }: { circuit: string }) => circuit !== 'closed');
    const isHere = ({ endpoint }: { endpoint: string }) => endpoint === `${receiver.url}/same`;
    assert.deepEqual(
      paused.filter(isHere).map(({ tenant }: { tenant: string }) => tenant),
      [failing],
    );
  });

  test('an invalid request is refused with the member named', async (t, db) => {
    const { ask } = await start(t, db);
    const cases: [
      method: 'GET' | 'POST' | 'DELETE',
      path: string,
      body: object | undefined,
      status: number,
      detail: RegExp,
    ][] = [
      ['GET', '/subscriptions/urn:ngsi-ld:Subscription:none', undefined, 404, /no subscription/],
      ['GET', '/subscriptions/none', undefined, 400, /^Subscription id/],
      ['GET', '/dead-letters?limit=0', undefined, 400, /^limit:/],
      ['GET', '/dead-letters?limit=5000', undefined, 400, /^limit:/],
      ['GET', '/dead-letters?since=yesterday', undefined, 400, /^since:/],
      ['GET', '/dead-letters?until=now', undefined, 400, /until/],
      ['POST', '/dead-letters/replay', {}, 400, /^body:/],
      ['POST', '/dead-letters/replay', { id: 'x' }, 400, /^id:/],
      ['POST', '/dead-letters/replay', { all: true }, 400, /^all:/],
      ['DELETE', '/dead-letters', undefined, 400, /^before:/],
      ['DELETE', '/dead-letters/x', undefined, 400, /^id:/],
    ];
    for (const [method, path, body, status, detail] of cases) {
      const answer = await ask(method, path, body);
      assert.equal(answer.status, status, `${method} ${path}`);
      assert.match(answer.body.detail, detail);
    }
  });
});
