import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { createBroker } from '@alzette/broker';
import { eachDatabase, freshTenant } from '@alzette/broker/test-support';
import { type Entity, httpClient, type NgsiLdClient, queryAll, type Streetlight } from '@alzette/ngsi-ld-schemas';
import type { Database } from '../../src/database/database.ts';

const TERRITORY = 'http://localhost/contexts/territory/v1.jsonld';
const TRANSPORTS = [{}, { fetch: globalThis.fetch }];

/** The client with each of its transports, connected to a listening broker. */
async function connect(t: TestContext, db: Database): Promise<NgsiLdClient[]> {
  const broker = await createBroker({ db, publicUrl: 'http://localhost:1026' });
  const url = await broker.app.listen({ host: '127.0.0.1', port: 0 });
  t.after(() => broker.close());
  return TRANSPORTS.map((transport) => httpClient({ url, context: TERRITORY, tenant: freshTenant(), ...transport }));
}

function lamp(n: number): Entity & { id: string } {
  const powerState = { type: 'Property', value: n % 2 === 0 ? 'on' : 'off' };
  return { id: `urn:ngsi-ld:Streetlight:thil-${n}`, type: 'Streetlight', name: `Lampe ${n}`, powerState };
}

eachDatabase('The HTTP client at our own broker', (test) => {
  test('creates, retrieves, merges and deletes with the terms of its context', async (t, db) => {
    for (const client of await connect(t, db)) {
      const { id } = lamp(1);
      await client.createEntity(lamp(1));
      await assert.rejects(client.createEntity(lamp(1)), { name: 'NgsiLdClientError', status: 409 });
      await client.mergeEntity(id, { powerState: { type: 'Property', value: 'low' } });

      const found = await client.retrieveEntity<Streetlight>(id, { format: 'simplified' });
      assert.deepEqual(found, { id, type: 'Streetlight', name: 'Lampe 1', powerState: 'low' });
      const foreign = await client.retrieveEntity(id, {
        context: 'https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.8.jsonld',
        format: 'simplified',
      });
      assert.equal(foreign?.['https://smartdatamodels.org/dataModel.Streetlighting/powerState'], 'low');

      await client.deleteEntity(id);
      assert.equal(await client.retrieveEntity(id), undefined);
    }
  });

  test('upserts more than fits into one request, and reads all of it', async (t, db) => {
    for (const client of await connect(t, db)) {
      const lamps = Array.from({ length: 730 }, (_, n) => lamp(n));
      const { success, errors } = await client.batchUpsert(lamps);
      assert.deepEqual([success.length, errors], [730, []]);
      const mixed = await client.batchCreate([lamp(3), lamp(730)]);
      assert.deepEqual(mixed.success, [lamp(730).id]);
      assert.deepEqual(
        mixed.errors.map(({ entityId }) => entityId),
        [lamp(3).id],
      );

      const seen = new Set<string>();
      for await (const { id } of queryAll(client, { type: 'Streetlight' })) seen.add(id);
      assert.equal(seen.size, 731);
      const { entities, count } = await client.queryEntities({
        type: 'Streetlight',
        q: 'powerState=="off"',
        count: true,
        limit: 5,
        pick: ['id', 'powerState'],
      });
      assert.deepEqual([entities.length, count], [5, 365]);
      assert.deepEqual(Object.keys(entities[0] ?? {}).sort(), ['id', 'powerState']);
    }
  });

  test('upserts late measurements only into the history', async (t, db) => {
    const broker = await createBroker({ db, publicUrl: 'http://localhost:1026' });
    const url = await broker.app.listen({ host: '127.0.0.1', port: 0 });
    t.after(() => broker.close());
    for (const [client, isInProcess] of [[broker.client, true] as const, [httpClient(url), false] as const]) {
      const options = { context: TERRITORY, tenant: freshTenant() };
      const id = 'urn:ngsi-ld:Streetlight:late';
      const watts = (value: number, minute: string) => ({
        type: 'Property',
        value,
        observedAt: `2026-07-01T21:${minute}:00Z`,
      });
      const put = async (...entities: object[]): Promise<number | undefined> => {
        const given = entities.map((attributes) => ({ id, type: 'Streetlight', ...attributes }));
        const { success, errors, late } = await client.batchUpsert(given, { ...options, lateToHistory: true });
        assert.deepEqual([new Set(success), errors], [new Set([id]), []]);
        return late;
      };
      assert.equal(await put({ powerConsumption: watts(10, '10') }), isInProcess ? 0 : undefined);
      const lateCount = await put(
        { powerConsumption: watts(30, '30'), voltage: watts(230, '30') },
        { powerConsumption: watts(20, '20') },
        // One is late, the other is not.
        { powerConsumption: watts(25, '25'), voltage: watts(231, '35') },
        // Sent twice.
        { powerConsumption: watts(20, '20') },
        { powerConsumption: watts(30, '30') },
        // Sent again after a later one.
        { powerConsumption: watts(40, '40') },
        { powerConsumption: watts(50, '50') },
        { powerConsumption: watts(40, '40') },
      );
      assert.equal(lateCount, isInProcess ? 4 : undefined);

      const found = await client.retrieveEntity(id, { ...options, format: 'simplified' });
      assert.deepEqual(found, { id, type: 'Streetlight', powerConsumption: 50, voltage: 231 });
      const { rows } = await db.query<{ attribute: string; values: string }>({
        text: `SELECT attribute, json_agg(number ORDER BY at) AS values FROM evolution WHERE tenant = $1 AND entity_id = $2
               GROUP BY attribute ORDER BY attribute`,
        values: [options.tenant, id],
      });
      assert.deepEqual(
        rows.map(({ values }) => JSON.parse(values)),
        [
          [10, 20, 25, 30, 40, 50],
          [230, 231],
        ],
      );
      const refused = await client.batchUpsert([{ id: 'no URI', type: 'Streetlight' }], {
        ...options,
        lateToHistory: true,
      });
      assert.deepEqual(
        refused.errors.map(({ error }) => error.status),
        [400],
      );
    }
  });

  test('subscribes and unsubscribes', async (t, db) => {
    for (const client of await connect(t, db)) {
      const notification = { endpoint: { uri: 'http://127.0.0.1:1/notify', accept: 'application/json' } };
      const entities = [{ type: 'Streetlight' }];
      const id = await client.createSubscription({ type: 'Subscription', entities, notification });
      assert.match(id, /^urn:/);
      await client.deleteSubscription(id);
      await assert.rejects(client.deleteSubscription(id), { status: 404 });
    }
  });
});
