import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { eventually } from '@alzette/kit/testing';
import type { Database } from '../../src/database/database.ts';
import { startMember } from '../federation/fleet.ts';
import { reader } from '../subscriptions/event-reader.ts';
import { eachDatabase } from '../support/index.ts';

/** A mark in all data of one tenant, so that any leak is found. */
const MARK = 'betrayed';
/** The number of random requests; ISOLATION_REQUESTS sends more. */
const DRAWN = Number(process.env.ISOLATION_REQUESTS ?? 60);

const ENTITY = `urn:ngsi-ld:Secret:${MARK}`;
const SNAPSHOT = `urn:ngsi-ld:Snapshot:${MARK}`;
const ENDPOINT = { endpoint: { uri: 'http://127.0.0.1:9' } };
const PAST = 'timerel=after&timeAt=2020-01-01T00:00:00Z';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type Attempt = readonly [method: Method, path: string, body?: unknown];

async function start(t: TestContext, db: Database) {
  const broker = await startMember(t, db);
  const made = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
    const { status, headers: answered, body: problem } = await broker.ask('POST', path, body, headers);
    assert.equal(status, 201, `${path}: ${JSON.stringify(problem)}`);
    return decodeURIComponent(String(answered.get('location')).split('/').at(-1) ?? '');
  };
  const value = { type: 'Property', value: MARK, observedAt: '2026-01-01T00:00:00Z' };
  const subscription = { type: 'Subscription', entities: [{ type: MARK }], notification: ENDPOINT };
  await made('/entities', { id: ENTITY, type: MARK, [MARK]: value });
  await made('/subscriptions', { ...subscription, id: `urn:s:${MARK}` });
  await made('/csourceSubscriptions', { ...subscription, id: `urn:c:${MARK}` });
  await made('/csourceRegistrations', {
    id: `urn:r:${MARK}`,
    type: 'ContextSourceRegistration',
    endpoint: 'http://127.0.0.1:9',
    operations: ['createEntity'],
    information: [{ entities: [{ type: `${MARK}Elsewhere` }] }],
  });
  const context = await made('/jsonldContexts', { '@context': { [MARK]: `urn:${MARK}` } });
  const query = { type: 'Query', entities: [{ type: MARK }] };
  const temporalQ = { timerel: 'after', timeAt: '2020-01-01T00:00:00Z' };
  await made('/snapshots', {
    id: SNAPSHOT,
    type: 'Snapshot',
    snapshotQueries: [query],
    snapshotTemporalQueries: [{ ...query, temporalQ }],
  });
  const status = async () => (await broker.ask('GET', `/snapshots/${SNAPSHOT}`)).body.snapshotStatus;
  await eventually('the snapshot is made', async () => (await status()) === 'success');
  const map = (await broker.ask('GET', `/entityMaps?type=${MARK}`)).body.id;
  return { broker, context, map, query, temporalQ };
}

/** All requests that read or change objects with these ids. */
function attempts({ context, map, query, temporalQ }: Awaited<ReturnType<typeof start>>): Attempt[] {
  const fragment = { [MARK]: { type: 'Property', value: 'overwritten' } };
  const past = { [MARK]: [{ type: 'Property', value: 'overwritten', observedAt: '2026-01-02T00:00:00Z' }] };
  return [
    ['GET', '/entities?local=true'],
    ['GET', `/entities?type=${MARK}&count=true`],
    ['GET', `/entities?id=${ENTITY}&type=${MARK}`],
    ['GET', `/entities?q=${MARK}&entityMap=true`],
    ['GET', `/entities/${ENTITY}`],
    ['POST', '/entityOperations/query', query],
    ['GET', '/types?details=true'],
    ['GET', `/types/${MARK}`],
    ['GET', '/attributes?details=true'],
    ['GET', `/attributes/${MARK}`],
    ['GET', `/temporal/entities?type=${MARK}&${PAST}`],
    ['GET', `/temporal/entities/${ENTITY}`],
    ['GET', `/temporal/entities?type=${MARK}&${PAST}&format=aggregatedValues&aggrMethods=totalCount`],
    ['POST', '/temporal/entityOperations/query', { ...query, temporalQ }],
    ['GET', '/subscriptions'],
    ['GET', `/subscriptions/urn:s:${MARK}`],
    ['GET', `/csourceRegistrations?type=${MARK}Elsewhere`],
    ['GET', `/csourceRegistrations/urn:r:${MARK}`],
    ['GET', '/csourceSubscriptions'],
    ['GET', `/csourceSubscriptions/urn:c:${MARK}`],
    ['GET', '/jsonldContexts?details=true'],
    ['GET', `/jsonldContexts/${context}`],
    ['GET', `/jsonldContexts/${context}?details=true`],
    ['GET', `/entityMaps/${map}`],
    ['GET', `/entityMaps?type=${MARK}`],
    ['GET', `/temporal/entityMaps?type=${MARK}&${PAST}`],
    ['GET', `/snapshots/${SNAPSHOT}`],
    ['GET', '/info/sourceIdentity'],
    ['PATCH', `/entities/${ENTITY}`, fragment],
    ['PATCH', `/entities/${ENTITY}/attrs`, fragment],
    ['PATCH', `/entities/${ENTITY}/attrs/${MARK}`, fragment[MARK]],
    ['DELETE', `/entities/${ENTITY}/attrs/${MARK}`],
    ['DELETE', `/entities/${ENTITY}`],
    ['DELETE', `/entities?type=${MARK}`],
    ['POST', '/entityOperations/delete', [ENTITY]],
    ['POST', '/entityOperations/update', [{ id: ENTITY, type: MARK, ...fragment }]],
    ['POST', `/temporal/entities/${ENTITY}/attrs`, past],
    ['DELETE', `/temporal/entities/${ENTITY}`],
    ['PATCH', `/subscriptions/urn:s:${MARK}`, { isActive: false }],
    ['DELETE', `/subscriptions/urn:s:${MARK}`],
    ['DELETE', `/csourceSubscriptions/urn:c:${MARK}`],
    ['PATCH', `/csourceRegistrations/urn:r:${MARK}`, { endpoint: 'http://127.0.0.2:9' }],
    ['DELETE', `/csourceRegistrations/urn:r:${MARK}`],
    ['DELETE', `/jsonldContexts/${context}`],
    ['DELETE', `/entityMaps/${map}`],
    ['PATCH', `/snapshots/${SNAPSHOT}`, { snapshotPriority: 1 }],
    ['POST', `/snapshots/${SNAPSHOT}/clone`, { type: 'Snapshot' }],
    ['DELETE', `/snapshots/${SNAPSHOT}`],
    ['DELETE', '/snapshots?q=snapshotPriority>0'],
  ];
}

/** Numbers from 0 up to `below`, the same in every run. */
function sequence(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** An answer without the parts that repeat the request. */
function withoutQuestion(text: string): string {
  return text.replaceAll(/"(?:detail|entityId)":"[^"]*"/g, '');
}

eachDatabase('4.14 One tenant and another', (test) => {
  test('one tenant’s data can’t be seen or changed from another, by any requests in any order', async (t, db) => {
    const world = await start(t, db);
    const { broker, map } = world;
    const other = await startMember(t, db);
    await other.ask('POST', '/entities', { id: 'urn:a:own', type: 'Own' });
    const all = attempts(world);
    // Ids of entity maps and the uptime differ each time.
    const reads = all.filter(([method, path]) => method === 'GET' && !/Maps\?|\/info/.test(path));
    const seen = async () => {
      const texts: string[] = [];
      for (const [method, path] of reads) {
        const { status, body } = await broker.ask(method, path);
        texts.push(
          `${status} ${path} ${JSON.stringify(body, (name, value) => (/At$/.test(name) ? undefined : value))}`,
        );
      }
      return texts;
    };
    const before = await seen();
    const shown = before.filter((text) => text.slice(text.indexOf(' {')).includes(MARK) || / \[.*betrayed/.test(text));
    assert.ok(shown.length >= 20, `${shown.length} of the ways show what is there`);
    const inside = await broker.ask('GET', '/entities', undefined, { 'ngsild-snapshot': SNAPSHOT });
    assert.match(JSON.stringify(inside.body), new RegExp(MARK));

    const next = sequence(11);
    const ways: Record<string, string>[] = [{}, { 'ngsild-snapshot': SNAPSHOT }, { 'ngsild-entitymap': map }];
    for (let n = 0; n < DRAWN; n++) {
      const [method, path, body] = all[n < all.length ? n : next(all.length)] as Attempt; // the index is valid
      const way = n < all.length ? {} : (ways[next(ways.length)] ?? {});
      const headers = { ...way, 'ngsild-tenant': other.tenant };
      const answer = await other.ask(method, path, body, headers);
      const text = withoutQuestion(JSON.stringify(answer.body) ?? '');
      assert.ok(!text.includes(MARK), `${method} ${path}: ${answer.status} ${text}`);
      assert.ok(answer.status < 500, `${method} ${path}: ${text}`);
      if (method !== 'GET' && /betrayed/.test(path) && !path.includes('?')) {
        assert.equal(answer.status, 404, `${method} ${path}`);
      }
    }
    assert.deepEqual(await seen(), before, 'all is as it was');
    const still = await broker.ask('GET', '/entities', undefined, { 'ngsild-snapshot': SNAPSHOT });
    assert.deepEqual(still.body, inside.body);
    const described = await fetch(`${other.url}/ops/tenants/${other.tenant}`);
    const { entities, subscriptions, registrations, contexts, snapshots } = (await described.json()) as Record<
      string,
      number
    >;
    assert.deepEqual(
      { entities, subscriptions, registrations, contexts, snapshots },
      {
        entities: 1,
        subscriptions: 0,
        registrations: 0,
        contexts: 0,
        snapshots: 0,
      },
    );
    for (const path of ['/ops/notifications', '/ops/notifications/dead-letters', '/ops/models', '/ops/history']) {
      const response = await fetch(other.url + path, { headers: { 'ngsild-tenant': other.tenant } });
      assert.ok(!(await response.text()).includes(MARK), path);
    }
  });

  test('changes of one are no events of another, and its quotas do not affect others', async (t, db) => {
    const { broker } = await start(t, db);
    const other = await startMember(t, db);
    await other.ask('POST', '/entities', { id: 'urn:a:own', type: 'Own' });
    const follow = async (tenant: string) => {
      const abort = new AbortController();
      t.after(() => abort.abort());
      return reader(await fetch(`${broker.url}/events?tenant=${tenant}`, { signal: abort.signal }));
    };
    const [own, ofOther] = [await follow(broker.tenant), await follow(other.tenant)];
    const limit = { method: 'PUT', body: '{"entities": 1}', headers: { 'content-type': 'application/json' } };
    assert.equal((await fetch(`${broker.url}/ops/tenants/${broker.tenant}/quotas`, limit)).status, 204);
    const change = { [MARK]: { type: 'Property', value: `${MARK} again` } };
    assert.equal((await broker.ask('PATCH', `/entities/${ENTITY}`, change)).status, 204);
    const inSnapshot = { 'ngsild-snapshot': SNAPSHOT };
    assert.equal((await broker.ask('PATCH', `/entities/${ENTITY}`, change, inSnapshot)).status, 204);
    assert.equal((await broker.ask('POST', '/entities', { id: 'urn:a:more', type: 'Own' })).status, 403);
    const as = { 'ngsild-tenant': other.tenant };
    assert.equal((await broker.ask('POST', '/entities', { id: 'urn:a:next', type: 'Own' }, as)).status, 201);
    const next = async (read: Awaited<ReturnType<typeof follow>>, word: string) => {
      for (;;) {
        const event = JSON.stringify((await read()) ?? {});
        if (event.includes(word)) return event;
        assert.ok(!event.includes(MARK) || word === MARK, event);
      }
    };
    assert.match(await next(ofOther, 'urn:a:next'), /urn:a:next/);
    assert.match(await next(own, MARK), /again/);
    assert.equal((await broker.ask('POST', '/entities', { id: 'urn:a:last', type: 'Own' }, as)).status, 201);
    assert.equal((await broker.ask('DELETE', `/entities/${ENTITY}`)).status, 204);
    assert.doesNotMatch(await next(own, 'Deleted'), /urn:a/, 'what was done in the snapshot is no event of the tenant');
  });
});
