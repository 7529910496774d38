import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { createBroker, type Database } from '../../src/main.ts';
import { createRandom, type Random } from '../fuzz/random.ts';
import { eachDatabase, freshTenant } from '../support/index.ts';

type Json = Record<string, unknown>;
type Ask = Awaited<ReturnType<typeof start>>;

const FOREVER = '2999-01-01T00:00:00Z';
const SOON_MS = 1500;

async function start(t: TestContext, db: Database) {
  const broker = await createBroker({ db, publicUrl: 'http://127.0.0.1' });
  t.after(() => broker.close());
  const tenant = freshTenant();
  return async (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown) => {
    const answer = await broker.app.inject({
      method,
      url: `/ngsi-ld/v1${path}`,
      headers: { 'ngsild-tenant': tenant, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { payload: JSON.stringify(body) }),
    });
    return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() };
  };
}

/** The expected result of discovery, computed from the entities. */
async function expected(ask: Ask) {
  const { body } = await ask('GET', '/entities?local=true&limit=1000');
  const types = new Map<string, Map<string, Set<string>>>();
  const counts = new Map<string, number>();
  const withAttribute = new Map<string, number>();
  for (const { id: _, type, scope: __, ...attributes } of body as Json[]) {
    for (const name of [type].flat() as string[]) {
      counts.set(name, (counts.get(name) ?? 0) + 1);
      const uses = types.get(name) ?? new Map<string, Set<string>>();
      types.set(name, uses);
      for (const [attribute, instances] of Object.entries(attributes)) {
        const kinds = uses.get(attribute) ?? new Set();
        for (const instance of [instances].flat() as Json[]) kinds.add(String(instance.type));
        uses.set(attribute, kinds);
      }
    }
    for (const attribute of Object.keys(attributes)) {
      withAttribute.set(attribute, (withAttribute.get(attribute) ?? 0) + 1);
    }
  }
  return { types, counts, withAttribute };
}

async function checkDiscovery(ask: Ask): Promise<void> {
  const { types, counts, withAttribute } = await expected(ask);
  const typeNames = [...types.keys()].sort();
  const attributeNames = [...withAttribute.keys()].sort();
  assert.deepEqual((await ask('GET', '/types')).body.typeList.sort(), typeNames);
  assert.deepEqual((await ask('GET', '/attributes')).body.attributeList.sort(), attributeNames);
  const details: Json[] = (await ask('GET', '/types?details=true')).body;
  assert.deepEqual(
    Object.fromEntries(details.map(({ typeName, attributeNames: names }) => [typeName, (names as string[]).sort()])),
    Object.fromEntries([...types].map(([type, uses]) => [type, [...uses.keys()].sort()])),
  );
  for (const [type, uses] of types) {
    const { body } = await ask('GET', `/types/${type}`);
    assert.equal(body.entityCount, counts.get(type), type);
    assert.deepEqual(
      Object.fromEntries(
        body.attributeDetails.map(({ attributeName, attributeTypes }: Json) => [
          attributeName,
          (attributeTypes as string[]).sort(),
        ]),
      ),
      Object.fromEntries([...uses].map(([name, kinds]) => [name, [...kinds].sort()])),
    );
  }
  for (const [name, count] of withAttribute) {
    const { body } = await ask('GET', `/attributes/${name}`);
    assert.equal(body.attributeCount, count, name);
    const users = [...types].filter(([, uses]) => uses.has(name)).map(([type]) => type);
    assert.deepEqual(body.typeNames.sort(), users.sort());
  }
}

function attribute(random: Random): unknown {
  return random.pick<unknown>([
    { type: 'Property', value: random.below(9) },
    { type: 'Relationship', object: 'urn:a:b' },
    { type: 'Property', value: 1, expiresAt: FOREVER },
    [
      { type: 'Property', value: 1, expiresAt: FOREVER },
      { type: 'Property', value: 2, datasetId: 'urn:a:other' },
    ],
  ]);
}

function fragment(random: Random): Json {
  const names = ['level', 'state', 'near'].filter(() => random.chance(0.6));
  return Object.fromEntries(names.map((name) => [name, attribute(random)]));
}

eachDatabase('5.7.5 to 5.7.10 Discovery', (test) => {
  test('reports what the entities contain, after any writes', async (t, db) => {
    const ask = await start(t, db);
    const random = createRandom(Number(process.env.DISCOVERY_SEED ?? 1));
    const entity = () => ({
      id: `urn:a:${random.below(12)}`,
      type: random.pick<string | string[]>(['Lamp', 'Cabinet', ['Lamp', 'Cabinet']]),
      ...fragment(random),
      ...(random.chance(0.15) && { expiresAt: FOREVER }),
    });
    const writes: readonly (() => Promise<{ status: number }>)[] = [
      () => ask('POST', '/entityOperations/upsert', random.several(1, 4, entity)),
      () => ask('POST', '/entityOperations/upsert?options=update', random.several(1, 4, entity)),
      () => ask('POST', '/entities', entity()),
      () => ask('POST', `/entities/urn:a:${random.below(12)}/attrs`, { ...fragment(random), level: attribute(random) }),
      () => ask('PATCH', `/entities/urn:a:${random.below(12)}`, { type: 'Cabinet', near: 'urn:ngsi-ld:null' }),
      () => ask('DELETE', `/entities/urn:a:${random.below(12)}/attrs/level`),
      () => ask('DELETE', `/entities/urn:a:${random.below(12)}`),
      () => ask('DELETE', '/entities?type=Cabinet&drop=state'),
    ];
    await ask('POST', '/entities', entity());
    for (let round = 0; round < Number(process.env.DISCOVERY_ROUNDS ?? 8); round++) {
      for (let n = 0; n < 6; n++) assert.ok((await random.pick(writes)()).status < 500);
      await checkDiscovery(ask);
    }
    await ask('DELETE', '/entities?local=true');
    await checkDiscovery(ask);
  });

  test('ignores expired entities', async (t, db) => {
    const ask = await start(t, db);
    const expiresAt = new Date(Date.now() + SOON_MS).toISOString();
    const gone = { id: 'urn:a:gone', type: 'Passing', wake: { type: 'Property', value: 1 }, expiresAt };
    const brief = { type: 'Property', value: 1, expiresAt };
    const stays = { id: 'urn:a:stays', type: 'Lamp', level: { type: 'Property', value: 1 }, brief };
    assert.equal((await ask('POST', '/entityOperations/create', [gone, stays])).status, 201);
    while (Date.now() <= Date.parse(expiresAt) || (await ask('GET', '/types')).body.typeList.length > 1)
      await pause(50);
    assert.deepEqual((await ask('GET', '/types')).body.typeList, ['Lamp']);
    assert.deepEqual((await ask('GET', '/attributes')).body.attributeList, ['level']);
    assert.equal((await ask('GET', '/types/Passing')).status, 404);
    assert.equal((await ask('GET', '/attributes/wake')).status, 404);
    assert.equal((await ask('GET', '/attributes/brief')).status, 404);
    assert.equal((await ask('GET', '/types?details=true')).body.length, 1);
    assert.equal((await ask('GET', '/types/Lamp')).body.attributeDetails.length, 1);
    assert.equal(
      (await ask('POST', '/entities/urn:a:stays/attrs', { brief: { ...brief, expiresAt: FOREVER } })).status,
      204,
    );
    assert.equal((await ask('GET', '/attributes/brief')).body.attributeCount, 1);
  });
});
