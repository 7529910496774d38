import assert from 'node:assert/strict';
import { describe, test as single, type TestContext } from 'node:test';
import { freshTenant } from '@alzette/broker/test-support';
import type { Database } from '../../src/database/database.ts';
import { TenantRates } from '../../src/http/server/tenant-rates.ts';
import { TenantUsage } from '../../src/tenants/quotas/tenant-usage.ts';
import { registrationOf, startRegisteringBroker } from '../registrations/registering-broker.ts';
import { eachDatabase } from '../support/index.ts';

type Members = Record<string, unknown>;

async function start(t: TestContext, db: Database) {
  const broker = await startRegisteringBroker(t, db);
  await broker.ask('POST', '/entities', { id: 'urn:ngsi-ld:Lamp:0', type: 'Lamp' });
  const ops = (method: 'GET' | 'PUT' | 'DELETE', path: string, body?: Members) =>
    broker.app.inject({ method, url: `/ops/tenants/${path}`, ...(body && { payload: body }) });
  return {
    ...broker,
    limit: async (quotas: Members) => {
      const { statusCode, body } = await ops('PUT', `${broker.tenant}/quotas`, quotas);
      assert.equal(statusCode, 204, body);
    },
    ops,
    described: async () => (await ops('GET', broker.tenant)).json(),
  };
}

const lamp = (n: number, more: Members = {}) => ({ id: `urn:ngsi-ld:Lamp:${n}`, type: 'Lamp', ...more });
const value = (v: number) => ({ type: 'Property', value: v });
const ENDPOINT = { endpoint: { uri: 'http://127.0.0.1:9' } };
const subscription = (n: number) => ({
  id: `urn:ngsi-ld:Subscription:${n}`,
  type: 'Subscription',
  entities: [{ type: 'Lamp' }],
  notification: ENDPOINT,
});

eachDatabase('Quotas of tenants', (test) => {
  test('are set, read and removed; an invalid quota is refused', async (t, db) => {
    const broker = await start(t, db);
    assert.deepEqual((await broker.described()).quotas, {});
    await broker.limit({ entities: 5, requestsPerSecond: 1000 });
    assert.deepEqual((await broker.described()).quotas, { entities: 5, requestsPerSecond: 1000 });
    await broker.limit({ snapshots: 0 });
    assert.deepEqual((await broker.described()).quotas, { snapshots: 0 });
    const bad: [quotas: Members, named: RegExp][] = [
      [{ lamps: 1 }, /lamps/],
      [{ entities: -1 }, /entities/],
      [{ entities: '1' }, /entities/],
      [{ requestsPerSecond: 0 }, /requestsPerSecond/],
    ];
    for (const [quotas, named] of bad) {
      const { statusCode, body } = await broker.ops('PUT', `${broker.tenant}/quotas`, quotas);
      assert.equal(statusCode, 400);
      assert.match(body, named);
    }
    assert.equal((await broker.ops('PUT', 'nobody/quotas', { entities: 1 })).statusCode, 404);
    assert.equal((await broker.ops('DELETE', `${broker.tenant}/quotas`)).statusCode, 204);
    assert.deepEqual((await broker.described()).quotas, {});
  });

  test('limit entities in every operation that creates one, item by item in a batch, over processes', async (t, db) => {
    const broker = await start(t, db);
    const other = await startRegisteringBroker(t, db);
    await broker.limit({ entities: 4 });
    const mixed = [lamp(0), lamp(1), lamp(2)];
    const upsert = await broker.ask('POST', '/entityOperations/upsert', mixed);
    assert.equal(upsert.statusCode, 201, upsert.body);
    const batch = await broker.ask('POST', '/entityOperations/create', [lamp(3), lamp(4), lamp(5), lamp(1)]);
    assert.equal(batch.statusCode, 207);
    const { success, errors } = batch.json();
    assert.equal(success.length, 1);
    const details = errors.map(({ error }: { error: Members }) => `${error.status} ${error.detail}`).sort();
    assert.match(details[0], /^403 entities: got more, expected at most 4 entities, the quota of tenant t_\w+$/);
    assert.match(details[2], /^409/, 'another reason is told all the same');

    const more: [path: string, body: unknown][] = [
      ['/entities', lamp(9)],
      ['/temporal/entities', lamp(9, { brightness: [{ ...value(1), observedAt: '2026-01-01T00:00:00Z' }] })],
      ['/entityOperations/upsert', [lamp(9)]],
    ];
    for (const [path, body] of more) {
      const answer = await broker.ask('POST', path, body);
      const problem = answer.statusCode === 207 ? answer.json().errors[0].error : answer.json();
      assert.equal(problem.status ?? answer.statusCode, 403, path);
      assert.match(problem.detail, /at most 4 entities/, path);
      const elsewhere = await other.ask('POST', path, body, { 'ngsild-tenant': broker.tenant });
      assert.ok([403, 207].includes(elsewhere.statusCode), path);
    }
    assert.equal((await broker.described()).entities, 4);
    assert.equal((await broker.ask('PATCH', '/entities/urn:ngsi-ld:Lamp:0', { a: value(1) })).statusCode, 204);
    assert.equal((await broker.ask('DELETE', '/entities/urn:ngsi-ld:Lamp:0')).statusCode, 204);
    const both = await Promise.all([
      ...[20, 21, 22].map((n) => broker.ask('POST', '/entities', lamp(n))),
      ...[30, 31, 32].map((n) => other.ask('POST', '/entities', lamp(n), { 'ngsild-tenant': broker.tenant })),
    ]);
    assert.equal(both.filter(({ statusCode }) => statusCode === 201).length, 1, 'there was room for one');
    assert.equal((await broker.described()).entities, 4);
  });

  test('limit attribute instances in the history', async (t, db) => {
    const broker = await start(t, db);
    await broker.ask('POST', '/entities', lamp(1, { a: value(0), b: value(0) }));
    await broker.limit({ historyRows: 4 });
    const statuses: number[] = [];
    for (const n of [1, 2, 3]) {
      statuses.push((await broker.ask('PATCH', '/entities/urn:ngsi-ld:Lamp:1', { a: value(n) })).statusCode);
    }
    assert.deepEqual(statuses, [204, 204, 403]);
    const { historyRows, quotas } = await broker.described();
    assert.deepEqual([historyRows, quotas], [4, { historyRows: 4 }]);
    const past = { a: [{ ...value(7), observedAt: '2020-01-01T00:00:00Z' }] };
    const answer = await broker.ask('POST', '/temporal/entities/urn:ngsi-ld:Lamp:1/attrs', past);
    assert.equal(answer.statusCode, 403);
    assert.match(answer.json().detail, /^historyRows: got more, expected at most 4 attribute instances in its history/);
    assert.equal((await broker.ask('GET', '/entities/urn:ngsi-ld:Lamp:1?format=simplified')).json().a, 2);
    await broker.limit({ historyRows: 10 });
    assert.equal((await broker.ask('PATCH', '/entities/urn:ngsi-ld:Lamp:1', { a: value(3) })).statusCode, 204);
    await broker.ask('DELETE', '/entities/urn:ngsi-ld:Lamp:1');
    await broker.limit({ historyRows: 1 });
    const late = await broker.ask('POST', '/temporal/entities/urn:ngsi-ld:Lamp:1/attrs', past);
    assert.equal(late.statusCode, 403, 'of one that is no more');
  });

  test('limit subscriptions, registrations and snapshots', async (t, db) => {
    const broker = await start(t, db);
    await broker.limit({ subscriptions: 1, registrations: 1, snapshots: 1 });
    const snapshotQueries = [{ type: 'Query', entities: [{ type: 'Lamp' }] }];
    const makers: [path: string, make: (n: number) => Members][] = [
      ['/subscriptions', subscription],
      ['/csourceRegistrations', (n) => registrationOf({ id: `urn:r:${n}` })],
      ['/snapshots', (n) => ({ id: `urn:s:${n}`, type: 'Snapshot', snapshotQueries })],
    ];
    for (const [path, make] of makers) {
      assert.equal((await broker.ask('POST', path, make(1))).statusCode, 201, path);
      assert.equal((await broker.ask('POST', path, make(1))).statusCode, 409, path);
      const refused = await broker.ask('POST', path, make(2));
      assert.equal(refused.statusCode, 403, path);
      assert.match(refused.json().detail, /: got more, expected at most 1 \w/, path);
      const id = encodeURIComponent(String(make(1).id));
      assert.equal((await broker.ask('DELETE', `${path}/${id}`)).statusCode, 204, path);
      const both = await Promise.all([3, 4, 5].map((n) => broker.ask('POST', path, make(n))));
      assert.equal(both.filter(({ statusCode }) => statusCode === 201).length, 1, path);
    }
    assert.equal((await broker.ask('POST', '/csourceSubscriptions', subscription(7))).statusCode, 403);
  });

  test('limit requests, without affecting other tenants', async (t, db) => {
    const broker = await start(t, db);
    await broker.limit({ requestsPerSecond: 1 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => broker.ask('GET', '/entities?type=Lamp')));
    const refused = answers.filter(({ statusCode }) => statusCode === 429);
    assert.ok(refused.length > 0);
    // Brokers left on the database by other tests count as processes that share the rate.
    assert.match(String(refused[0]?.headers['retry-after']), /^[1-9]$/);
    assert.match(refused[0]?.json().detail, /^requestsPerSecond: got more, expected at most 1 requests a second/);
    const ofDefault = await broker.ask('GET', '/entities?type=Lamp&limit=1', undefined, { 'ngsild-tenant': '' });
    assert.notEqual(ofDefault.statusCode, 429);
    assert.equal((await broker.ops('GET', broker.tenant)).statusCode, 200);
  });
});

eachDatabase('What a tenant uses in a day', (test) => {
  test('is counted over processes, and ends with the day', async (t, db) => {
    const tenant = freshTenant();
    const quotas = { of: (of: string) => (of === tenant ? { mailsPerDay: 3 } : {}), limitsDays: true };
    let now = Date.parse('2026-05-01T22:00:00Z');
    const open = async () => {
      const usage = await TenantUsage.open(db, quotas, assert.ifError, () => now);
      t.after(() => usage.close());
      return usage;
    };
    const [one, two] = [await open(), await open()];
    one.take(tenant, 'mails', 2);
    two.take(tenant, 'mails');
    two.take(tenant, 'pushes', 50);
    for (const usage of [one, two, one]) await usage.flush();
    assert.deepEqual([one.ofToday(tenant, 'mails'), two.ofToday(tenant, 'mails')], [3, 3]);
    const refusal = { type: 'LimitReached', retryAfterS: 7200, message: new RegExp(`mailsPerDay: .* 3 .* ${tenant}$`) };
    assert.throws(() => one.take(tenant, 'mails'), refusal);
    two.take(tenant, 'pushes');
    two.take(freshTenant(), 'mails', 1000);

    now = Date.parse('2026-05-02T00:00:01Z');
    one.take(tenant, 'mails');
    await two.flush();
    await one.flush();
    const { rows } = await db.query({
      text: `SELECT day::text, what, amount FROM tenant_usage WHERE of_tenant = $1 ORDER BY day, what`,
      values: [tenant],
    });
    assert.deepEqual(
      rows.map((row) => Object.values(row).join(' ')),
      ['2026-05-01 mails 3', '2026-05-01 pushes 51', '2026-05-02 mails 1'],
    );
  });
});

describe('The rate of a tenant', () => {
  single('is shared by processes, and never more than was allowed in a second', () => {
    const quotas = { of: (tenant: string) => (tenant === 'a' ? { requestsPerSecond: 10 } : {}) };
    const [one, two] = [new TenantRates(quotas, () => 2), new TenantRates(quotas, () => 2)];
    const passes = (rates: TenantRates, tenant: string, now: number, isAnonymous = false) => {
      try {
        rates.count(tenant, isAnonymous, now);
        return true;
      } catch {
        return false;
      }
    };
    const count = (rates: TenantRates, at: number, isAnonymous = false) =>
      Array.from({ length: 100 }, () => passes(rates, 'a', at, isAnonymous)).filter(Boolean).length;
    assert.equal(count(one, 1000) + count(two, 1000), 10);
    assert.equal(count(one, 1200) + count(two, 1200), 2, 'a fifth of a second later a fifth of them');
    assert.equal(count(one, 9000), 5);
    const alone = new TenantRates(quotas, () => 1);
    assert.deepEqual([count(alone, 0, true), count(alone, 0)], [5, 5], 'the anonymous leave half to others');
    assert.deepEqual([count(alone, 1000), count(alone, 1000, true)], [10, 0], 'and have none of their own');
    assert.equal(count(alone, 1200, true), 2, 'what was refused to them is not counted');
    assert.ok(Array.from({ length: 100 }, () => passes(one, 'b', 0)).every(Boolean));
  });
});
