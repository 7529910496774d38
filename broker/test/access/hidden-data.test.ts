import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { eventually } from '@alzette/kit/testing';
import { pino } from 'pino';
import type { Database } from '../../src/database/database.ts';
import { createBroker } from '../../src/main.ts';
import { eachDatabase, freshTenant } from '../support/index.ts';
import { type Guarded, given, guarded } from './guarded-broker.ts';
import { startIssuer } from './issuer.ts';
import { reading, receiver } from './notification-receiver.ts';
import {
  ATTRIBUTES,
  type Draw,
  drawer,
  type RandomEntity,
  randomAttribute,
  randomEntities,
  randomPolicies,
  shownOf,
  Values,
  valuesOf,
} from './random-world.ts';

/*
 * While callers with all rights and one with partial write rights change data at random, no value that this caller was
 * never allowed to see appears in its answers to writes, errors, notifications, streams, or by the entity map of
 * another caller.
 */

const SEEDS = Number(process.env.ACCESS_SEEDS ?? 2);
const FIRST_SEED = Number(process.env.ACCESS_FIRST_SEED ?? 1);
const ACTS = 40;
const API = '/ngsi-ld/v1';
/** The embedded database is slower and executes the same statements. */
const seedsFor = (kind: string) =>
  Array.from({ length: kind === 'pglite' ? Math.ceil(SEEDS / 2) : SEEDS }, (_, n) => FIRST_SEED + n);
const ABSENT = 'urn:ngsi-ld:T:absent';
const TYPES = ['Lamp', 'Box', 'Person'];

eachDatabase('Random changes', (test, { kind }) => {
  test('reveal nothing that the caller may not see', async (t, db) => {
    const issuer = await startIssuer(t);
    const broker = await guarded(t, db, issuer);
    const base = await broker.broker.app.listen({ host: '127.0.0.1', port: 0 });
    for (const seed of seedsFor(kind)) await changesOf(t, broker.forTenant(), base, seed);
  });

  test('sources of a tenant are only for callers who may see and write all of it', async (t, db) => {
    const broker = await guarded(t, db, await startIssuer(t));
    const source = await startSource(t, db);
    const { ask, admin, as, policy } = broker;
    await policy({ id: 'part', who: { roles: ['part'] }, may: ['read', 'write'], exceptAttributes: ['name'] });
    await policy({ id: 'reader', who: { roles: ['reader'] }, may: ['read'] });
    await policy({ id: 'whole', who: { roles: ['whole'] }, may: ['read', 'write'] });
    const lamp = (id: string, name: string) => ({ id, type: 'Lamp', name: { type: 'Property', value: name } });
    await given(broker, lamp('urn:ngsi-ld:Lamp:here', 'v100001'));
    await source.give(lamp('urn:ngsi-ld:Lamp:there', 'v100002'), lamp('urn:ngsi-ld:Lamp:here', 'v100003'));
    const registration = {
      type: 'ContextSourceRegistration',
      endpoint: source.url,
      tenant: source.tenant,
      mode: 'inclusive',
      operations: ['federationOps', 'updateOps', 'retrieveTemporal', 'queryTemporal', 'deleteEntity', 'mergeEntity'],
      information: [{ entities: [{ type: 'Lamp' }] }],
    };
    const registered = await admin('POST', `${API}/csourceRegistrations`, registration);
    assert.equal(registered.statusCode, 201, registered.body);

    const questions = [
      `${API}/entities?type=Lamp&count=true`,
      `${API}/entities?type=Lamp&q=name==%22v100002%22&count=true`,
      `${API}/entities?type=Lamp&entityMap=true`,
      `${API}/entities/urn:ngsi-ld:Lamp:there`,
      `${API}/entities/urn:ngsi-ld:Lamp:here`,
      `${API}/types?details=true`,
      `${API}/attributes/name`,
    ];
    const whole = await as({ sub: 'whole', roles: ['whole'] });
    const all = await Promise.all(questions.map(async (url) => (await ask(whole, 'GET', url)).body));
    assert.ok(all.join().includes('v100002'), 'who sees all sees what the source has');
    const before = source.asked();
    for (const role of ['part', 'reader']) {
      const headers = await as({ sub: role, roles: [role] });
      for (const url of questions) {
        const answer = await ask(headers, 'GET', url);
        assert.equal(
          /v100002|v100003|"id":"urn:ngsi-ld:Lamp:there"/.test(answer.body),
          false,
          `${role} ${url}: ${answer.body}`,
        );
      }
    }
    const part = await as({ sub: 'part', roles: ['part'] });
    const level = { level: { type: 'Property', value: 5 } };
    await ask(part, 'PATCH', `${API}/entities/urn:ngsi-ld:Lamp:there`, level);
    await ask(part, 'POST', `${API}/entityOperations/merge`, [{ id: 'urn:ngsi-ld:Lamp:there', ...level }]);
    await ask(part, 'DELETE', `${API}/entities/urn:ngsi-ld:Lamp:there`);
    assert.equal(source.asked(), before, 'the source was asked nothing');
    assert.match(await source.retrieve('urn:ngsi-ld:Lamp:there'), /v100002/);
  });
});

async function changesOf(t: TestContext, tenant: Guarded, base: string, seed: number): Promise<void> {
  const draw = drawer(seed + 1000);
  const values = new Values();
  const role = `agent-${seed}`;
  const [reads, writes] = [randomPolicies(draw), randomPolicies(draw)];
  for (const [may, policies] of [
    ['read', reads],
    ['write', writes],
  ] as const) {
    for (const [n, policy] of policies.entries())
      await tenant.policy({ id: `${may}${n}`, who: { roles: [role] }, may: [may], ...policy });
  }
  await tenant.policy({ id: 'end', who: { roles: [role] }, may: ['read'], types: ['End'] });
  const agent = await tenant.as({ sub: role, roles: [role] });
  const world = new Map(randomEntities(draw, values).map((entity) => [entity.id, entity]));
  await given(tenant, ...world.values());
  /** Values that the agent may know: visible to it at some time, or written by it. */
  const known = new Set<string>();
  const learn = () => {
    for (const entity of world.values()) {
      for (const name of shownOf(reads, entity) ?? []) for (const value of valuesOf(entity[name])) known.add(value);
    }
  };
  learn();
  const isUnknown = (text: string) => [...Values.in(text)].filter((value) => !known.has(value));

  const received = await receiver(t);
  const mapped = await tenant.admin('GET', `${API}/entities?type=${TYPES}&entityMap=true`);
  const map = String(mapped.headers['ngsild-entitymap']);
  for (let n = 0; n < 3; n++) {
    const made = await tenant.ask(agent, 'POST', `${API}/subscriptions`, randomSubscription(draw, received.url));
    assert.equal(made.statusCode, 201, made.body);
  }
  const stream = await fetch(`${base}/events?tenant=${tenant.tenant}&format=normalized`, { headers: agent });
  assert.equal(stream.status, 200);
  const streamed = reading(stream);

  for (let n = 0; n < ACTS; n++) {
    const isAgent = draw.chance(0.5);
    const id = draw.of([...world.keys()]);
    const act = randomAct(draw, values, world.get(id) as RandomEntity);
    const what = `seed ${seed}, act ${n} ${isAgent ? 'of the agent' : ''}: ${JSON.stringify(act)}`;
    if (isAgent) {
      for (const value of valuesOf(act.body)) known.add(value);
      const before = world.get(id) as RandomEntity;
      const isHidden = shownOf(reads, before) === undefined && shownOf(writes, before) === undefined;
      const answer = await tenant.ask(agent, act.method, API + act.url, act.body);
      assert.ok(answer.statusCode < 500, `${what}\n${answer.body}`);
      assert.deepEqual(isUnknown(answer.body), [], `${what}\n${answer.body}`);
      if (isHidden && !act.creates) {
        const other = JSON.parse(JSON.stringify(act).replaceAll(id, ABSENT));
        const absent = await tenant.ask(agent, act.method, API + other.url, other.body);
        const shown = [answer.statusCode, answer.body.replaceAll(id, ABSENT)];
        assert.deepEqual(shown, [absent.statusCode, absent.body], `${what}: not as if it weren't there`);
      }
    } else await tenant.admin(act.method, API + act.url, act.body);
    const now = await tenant.admin('GET', `${API}/entities/${id}`);
    if (now.statusCode === 200) world.set(id, now.json());
    else await given(tenant, world.get(id) as RandomEntity);
    learn();
    if (n % 10 === 0) {
      const page = await tenant.ask({ ...agent, 'ngsild-entitymap': map }, 'GET', `${API}/entities?type=${TYPES}`);
      assert.deepEqual(isUnknown(page.body), [], `${what}\n${page.body}`);
    }
  }
  const end = ATTRIBUTES.map((name) => [name, randomAttribute(draw, values, name)]);
  for (const value of valuesOf(end)) known.add(value);
  await given(tenant, { id: `urn:ngsi-ld:End:${seed}`, type: 'End', ...Object.fromEntries(end) });
  const isLast = (text: string) => text.includes(`urn:ngsi-ld:End:${seed}`);
  await eventually(
    `seed ${seed}: all is notified`,
    () => isLast(streamed.text()) && received.bodies.filter(isLast).length === 3,
  );
  for (const body of [...received.bodies, streamed.text()]) {
    assert.deepEqual(isUnknown(body), [], `seed ${seed}: ${JSON.stringify({ reads, body })}`);
  }
}

interface Act {
  readonly method: 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly body?: unknown;
  /** The id may be in use, which is revealed even to a caller who sees nothing of the entity. */
  readonly creates?: boolean;
}

function randomAct(draw: Draw, values: Values, entity: RandomEntity): Act {
  const { id } = entity;
  const name = draw.of(ATTRIBUTES);
  const one = () => randomAttribute(draw, values, name);
  const scope = draw.of(['/A', '/B/y', '/C']);
  const fragment = { [name]: one(), ...(draw.chance(0.3) && { scope }) };
  const whole = { id, type: entity.type, ...fragment };
  return draw.of<() => Act>([
    () => ({ method: 'PATCH', url: `/entities/${id}`, body: fragment }),
    () => ({ method: 'PATCH', url: `/entities/${id}/attrs`, body: fragment }),
    () => ({ method: 'POST', url: `/entities/${id}/attrs`, body: { [name]: one() } }),
    () => ({ method: 'POST', url: `/entities/${id}/attrs?options=noOverwrite`, body: { [name]: one() } }),
    () => ({ method: 'PATCH', url: `/entities/${id}/attrs/${name}`, body: [one()].flat()[0] }),
    () => ({ method: 'PUT', url: `/entities/${id}/attrs/${name}`, body: one() }),
    () => ({ method: 'DELETE', url: `/entities/${id}/attrs/${name}` }),
    () => ({ method: 'PUT', url: `/entities/${id}`, body: whole }),
    () => ({ method: 'DELETE', url: `/entities/${id}` }),
    () => ({ method: 'POST', url: '/entities', body: whole, creates: true }),
    () => ({ method: 'POST', url: '/entityOperations/create', body: [whole], creates: true }),
    () => ({ method: 'POST', url: '/entityOperations/upsert', body: [whole], creates: true }),
    () => ({ method: 'POST', url: '/entityOperations/upsert?options=update', body: [whole], creates: true }),
    () => ({ method: 'POST', url: '/entityOperations/update', body: [{ id, type: entity.type, [name]: one() }] }),
    () => ({ method: 'POST', url: '/entityOperations/merge', body: [{ id, type: entity.type, [name]: one() }] }),
    () => ({ method: 'POST', url: '/entityOperations/delete', body: [id] }),
    () => ({ method: 'DELETE', url: `/entities?id=${id}&type=${TYPES}&drop=${name}` }),
    () => ({ method: 'POST', url: `/temporal/entities/${id}/attrs`, body: { [name]: [one()].flat() } }),
    () => ({ method: 'DELETE', url: `/temporal/entities/${id}/attrs/${name}?deleteAll=true` }),
  ])();
}

function randomSubscription(draw: Draw, uri: string): object {
  const watched = draw.chance(0.4);
  const format = draw.of(['normalized', 'keyValues', 'concise']);
  return {
    type: 'Subscription',
    entities: [...draw.some(TYPES), 'End'].map((type) => ({ type })),
    ...(!watched && { notificationTrigger: ['entityCreated', 'entityUpdated', 'entityDeleted', 'attributeDeleted'] }),
    notification: {
      endpoint: { uri, accept: 'application/json' },
      format,
      ...(format !== 'keyValues' && draw.chance(0.5) && { showChanges: true }),
      ...(draw.chance(0.3) && { attributes: draw.some(ATTRIBUTES) }),
      ...(draw.chance(0.3) && { join: 'inline', joinLevel: 1 }),
    },
  };
}

/** A broker with open access, with data in its own tenant. */
async function startSource(t: TestContext, db: Database) {
  const tenant = freshTenant();
  const broker = await createBroker({
    db,
    publicUrl: 'http://source.test',
    offline: true,
    instance: `source-${tenant}`,
    logger: pino({ level: 'silent' }),
  });
  t.after(() => broker.close());
  let asked = 0;
  broker.app.addHook('onRequest', async () => void asked++);
  const headers = { 'ngsild-tenant': tenant, 'content-type': 'application/json' };
  const url = await broker.app.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    tenant,
    asked: () => asked,
    async give(...entities: object[]) {
      const answer = await broker.app.inject({
        method: 'POST',
        url: `${API}/entityOperations/create`,
        headers,
        payload: JSON.stringify(entities),
      });
      assert.equal(answer.statusCode, 201, answer.body);
    },
    retrieve: async (id: string) => (await broker.app.inject({ url: `${API}/entities/${id}`, headers })).body,
  };
}
