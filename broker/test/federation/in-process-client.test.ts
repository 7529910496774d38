import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { pino } from 'pino';
import type { Database } from '../../src/database/database.ts';
import { createBroker } from '../../src/main.ts';
import { eachDatabase, freshTenant } from '../support/index.ts';
import { type Member, client as requests, startMember } from './fleet.ts';

const LAMP = 'urn:ngsi-ld:Lamp:1';

/** A broker with another as its source, which has only lamps and their names. */
async function startPair(t: TestContext, db: Database) {
  const source = await startMember(t, db);
  const tenant = freshTenant();
  const broker = await createBroker({
    db,
    publicUrl: 'http://in-process.example',
    offline: true,
    logger: pino({ level: 'silent' }),
    instance: `test-${Math.random()}`,
    sourceTimeoutMs: 60_000,
  });
  t.after(() => broker.close());
  const url = await broker.app.listen({ host: '127.0.0.1', port: 0 });
  const { register } = requests(url, tenant);
  const lamps = {
    endpoint: source.source.endpoint,
    tenant: source.tenant,
    information: [{ entities: [{ type: 'Lamp' }] }],
  };
  return {
    source,
    tenant,
    client: broker.client,
    registerFor: (...operations: string[]) => register({ ...lamps, operations, mode: 'redirect' }),
  };
}

async function nameAt(source: Member): Promise<unknown> {
  const { status, body } = await source.ask('GET', `/entities/${LAMP}?options=keyValues`);
  return status === 200 ? body.name : status;
}

eachDatabase('in-process client', (test) => {
  test('reads and writes entities of a registered source', async (t, db) => {
    const { source, tenant, client, registerFor } = await startPair(t, db);
    await registerFor('federationOps', 'redirectionOps');
    const options = { tenant };

    await client.createEntity({ id: LAMP, type: 'Lamp', name: { type: 'Property', value: 'created' } }, options);
    assert.equal(await nameAt(source), 'created');

    const found = await client.retrieveEntity(LAMP, options);
    assert.deepEqual(found, { id: LAMP, type: 'Lamp', name: { type: 'Property', value: 'created' } });
    const page = await client.queryEntities({ ...options, type: 'Lamp', count: true });
    assert.deepEqual([page.count, page.entities.map(({ id }) => id)], [1, [LAMP]]);
    assert.deepEqual((await client.queryEntities({ ...options, type: 'Lamp', local: true })).entities, []);

    await client.mergeEntity(LAMP, { name: { type: 'Property', value: 'merged' } }, options);
    assert.equal(await nameAt(source), 'merged');
    const upserted = { id: LAMP, type: 'Lamp', name: { type: 'Property', value: 'upserted' } };
    assert.deepEqual(await client.batchUpsert([upserted], options), { success: [LAMP], errors: [] });
    assert.equal(await nameAt(source), 'upserted');

    await client.deleteEntity(LAMP, options);
    assert.equal(await nameAt(source), 404);
    assert.equal(await client.retrieveEntity(LAMP, options), undefined);
  });

  test('writes nothing locally of data that only a source has, even if the source supports only a replacement', async (t, db) => {
    const { tenant, client, registerFor } = await startPair(t, db);
    await registerFor('replaceEntity');
    const lamp = { id: LAMP, type: 'Lamp', name: { type: 'Property', value: 'new' } };
    const { success, errors } = await client.batchUpsert([lamp], { tenant, update: true });
    assert.deepEqual([success, errors.map(({ entityId }) => entityId)], [[], [LAMP]]);
    assert.deepEqual((await client.queryEntities({ tenant, type: 'Lamp', local: true })).entities, []);
  });

  test('writes batches in the order of the calls, also if the first takes longer to read', async (t, db) => {
    const { tenant, client } = await startPair(t, db);
    const lamp = (name: string) => ({ id: LAMP, type: 'Lamp', name: { type: 'Property', value: name } });
    const slow = {
      id: 'urn:ngsi-ld:Lamp:2',
      type: 'Lamp',
      get name() {
        const end = performance.now() + 50;
        while (performance.now() < end);
        return { type: 'Property', value: 'slow' };
      },
    };
    const options = { tenant, update: true };
    await Promise.all([
      client.batchUpsert([slow, lamp('first')], options),
      client.batchUpsert([lamp('second')], options),
    ]);
    assert.deepEqual(await client.retrieveEntity(LAMP, { tenant }), lamp('second'));
  });
});
