import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tenantColumn } from '@alzette/kit/tenant-tables';
import { ask, citusMissing, startCitus } from '../../../scripts/drill/citus/cluster.ts';
import { findPostgres, until } from '../../../scripts/postgres-server.ts';
import { BROKER_TABLES } from '../../src/database/citus/distributed-tables.ts';
import { openDatabase } from '../../src/database/open-database.ts';
import { postgresDatabase } from '../../src/database/postgres/postgres-database.ts';
import { createBroker } from '../../src/main.ts';
import { eachDatabase } from '../support/index.ts';

const { distributed, onEveryNode, onCoordinator } = BROKER_TABLES;

const UNIQUE_KEYS = `
  SELECT i.indexrelid::regclass::text AS name, array_agg(a.attname::text) AS columns
  FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
  WHERE i.indrelid = $1::regclass AND (i.indisunique OR i.indisexclusion)
  GROUP BY i.indexrelid`;
const FOREIGN_KEYS = `
  SELECT conname::text AS name FROM pg_constraint
  WHERE contype = 'f' AND (conrelid = $1::regclass OR confrelid = $1::regclass)
    AND conrelid <> confrelid`;
const TENANT = `
  SELECT c.collname::text AS collation FROM pg_attribute a JOIN pg_collation c ON c.oid = a.attcollation
  WHERE a.attrelid = $1::regclass AND a.attname = $2`;
const OF_TENANTS = `
  SELECT c.relname::text AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
  WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND a.attname = 'tenant' AND NOT a.attisdropped ORDER BY 1`;

/** Keys without the tenant, which get it on a cluster. */
const GET_TENANT = ['history_group_pkey', 'outbox_pkey', 'outbox_dead_pkey', 'snapshot_pkey'];
/** Those that a cluster goes without: see distribute.ts. */
const DROPPED = [
  'history_group_hour_pkey',
  'history_group_day_pkey',
  'subscription_change_pkey',
  'registration_change_pkey',
];
const WITHOUT_TENANT = [...GET_TENANT, ...DROPPED];
/** Tables whose collation a cluster changes to that of the others: see distribute.ts. */
const OTHER_COLLATION = [
  'outbox',
  'outbox_dead',
  'subscription',
  'subscription_change',
  'registration',
  'registration_change',
  'entity_map',
  'snapshot',
];

eachDatabase('Distribution by tenant', (test) => {
  test('finds the tenant in every unique key, with the same collation in all tables, and no foreign key to another tenant', async (_t, db) => {
    for (const table of distributed) {
      const column = tenantColumn(BROKER_TABLES, table);
      const keys = await db.query<{ name: string; columns: string[] }>({ text: UNIQUE_KEYS, values: [table] });
      for (const { name, columns } of keys.rows) {
        assert.equal(columns.includes(column), !WITHOUT_TENANT.includes(name), `${name} is of ${columns}`);
      }
      assert.deepEqual((await db.query({ text: FOREIGN_KEYS, values: [table] })).rows, [], `${table}: foreign keys`);
      const collation = OTHER_COLLATION.includes(table) ? 'default' : 'C';
      assert.deepEqual((await db.query({ text: TENANT, values: [table, column] })).rows, [{ collation }], table);
    }
  });

  test('knows the location of the rows of every table with a tenant', async (_t, db) => {
    const { rows } = await db.query<{ name: string }>({ text: OF_TENANTS });
    const known = new Set<string>([...distributed, ...onEveryNode, ...Object.keys(onCoordinator), 'history_staged']);
    assert.deepEqual(
      rows.map(({ name }) => name).filter((name) => !known.has(name)),
      [],
    );
  });
});

const bin = findPostgres();
/** The test exists only where Citus is installed. Debian has no package of it, so CI does not run the test. */
if (bin !== undefined && citusMissing(bin) === undefined) {
  test('on a Citus cluster, each tenant is on one node, with its history of changes', {
    timeout: 180_000,
  }, async (t) => {
    const cluster = await startCitus(bin);
    const db = await openDatabase({ url: cluster.coordinator.url });
    const broker = await createBroker({ db, publicUrl: 'http://broker.test', offline: true });
    t.after(async () => {
      await broker.close();
      await db.close();
      await cluster.stop();
    });
    const keys = await Promise.all(
      distributed.map((table) => db.query<{ name: string }>({ text: UNIQUE_KEYS, values: [table] })),
    );
    const names = keys.flatMap(({ rows }) => rows.map(({ name }) => name));
    assert.deepEqual(
      WITHOUT_TENANT.filter((name) => names.includes(name)),
      GET_TENANT,
    );
    for (const tenant of ['one', 'two', 'three', 'four']) {
      const request = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: object) => {
        const headers = { 'ngsild-tenant': tenant, ...(body && { 'content-type': 'application/json' }) };
        const url = `/ngsi-ld/v1${path}`;
        const response = await broker.app.inject({ method, url, headers, ...(body && { payload: body }) });
        assert.ok(response.statusCode < 300, `${method} ${path}: ${response.statusCode} ${response.body}`);
        return response.body === '' ? undefined : response.json();
      };
      const lamp = (number: number, value: number) => ({
        id: `urn:ngsi-ld:Lamp:${number}`,
        type: 'Lamp',
        level: { type: 'Property', value },
      });
      await request('POST', '/entities', lamp(1, 1));
      const many = Array.from({ length: 40 }, (_, number) => lamp(number, number));
      await request('POST', '/entityOperations/upsert', many);
      await request('PATCH', '/entities/urn:ngsi-ld:Lamp:1/attrs/level', { type: 'Property', value: 7 });
      const found = await request('GET', '/entities?type=Lamp&q=level==7&limit=100');
      assert.deepEqual(
        found.map(({ id }: { id: string }) => id),
        ['urn:ngsi-ld:Lamp:1', 'urn:ngsi-ld:Lamp:7'],
      );
      // Read twice, because reading moves the initial instances into rows of the history.
      for (const _ of [1, 2]) {
        const history = await request('GET', '/temporal/entities/urn:ngsi-ld:Lamp:1?timeproperty=modifiedAt');
        const values = history.level.map(({ value }: { value: number }) => value);
        assert.deepEqual(values.sort(), [1, 7]);
      }
      const given = (value: number) => ({
        level: [{ type: 'Property', value, observedAt: '2026-01-01T00:00:00Z' }],
      });
      // Each replaces the earlier instance of the same time.
      for (const value of [3, 4]) await request('POST', '/temporal/entities/urn:ngsi-ld:Lamp:2/attrs', given(value));
      const observed = await request('GET', '/temporal/entities/urn:ngsi-ld:Lamp:2');
      const observedValues = observed.level.map(({ value }: { value: number }) => value);
      assert.deepEqual(observedValues.sort(), [2, 4]);
      await request('DELETE', '/temporal/entities/urn:ngsi-ld:Lamp:2/attrs/level');
      await request('DELETE', '/temporal/entities/urn:ngsi-ld:Lamp:3');
      await request('DELETE', '/entities/urn:ngsi-ld:Lamp:1');
      const past = await request('GET', '/temporal/entities/urn:ngsi-ld:Lamp:1?timeproperty=modifiedAt');
      assert.equal(past.type, 'Lamp');
    }
    const sums = async () =>
      await ask<{ n: number }>(cluster.coordinator.url, 'SELECT count(DISTINCT tenant)::int AS n FROM history_hour');
    await until(async () => (await sums())[0]?.n === 4, 'the history of all tenants is summed up', 60);
    const worker = cluster.workers[0]?.url ?? '';
    const atWorker = await openDatabase({ url: worker });
    const another = await createBroker({ db: atWorker, publicUrl: 'http://another.test', offline: true });
    const headers = { 'ngsild-tenant': 'one' };
    const read = await another.app.inject({ url: '/ngsi-ld/v1/entities/urn:ngsi-ld:Lamp:7', headers });
    await another.close();
    await atWorker.close();
    assert.equal(read.json().level.value, 7, 'a broker that was given the URL of a worker');
    const straight = postgresDatabase(worker);
    await assert.rejects(
      () => createBroker({ db: straight, publicUrl: 'http://broker.test' }).finally(() => straight.close()),
      /^Error: DATABASE_URL: got a worker of a Citus cluster, expected its coordinator$/,
    );
    const placed = await ask<{ nodes: number }>(
      cluster.coordinator.url,
      `SELECT count(DISTINCT nodeport)::int AS nodes FROM citus_shards WHERE table_name = 'entity'::regclass`,
    );
    assert.deepEqual(placed, [{ nodes: 2 }]);
  });
}
