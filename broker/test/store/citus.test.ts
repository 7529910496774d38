import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { findPostgres, startPostgres } from '../../../scripts/postgres-server.ts';
import { openDatabase } from '../../src/database/open-database.ts';
import { type Broker, createBroker } from '../../src/main.ts';
import { eachDatabase } from '../support/index.ts';

const DISTRIBUTION = readFileSync(new URL('../../../docker/citus.sql', import.meta.url), 'utf8');
/** Each distributed table, and its distribution column. */
const DISTRIBUTED = [...DISTRIBUTION.matchAll(/create_distributed_table\('(\w+)', '(\w+)'/g)].map(
  ([, table, column]) => [table as string, column as string] as const,
);

const UNIQUE_KEYS = `
  SELECT i.indexrelid::regclass::text AS name, array_agg(a.attname::text) AS columns
  FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
  WHERE i.indrelid = $1::regclass AND (i.indisunique OR i.indisexclusion)
  GROUP BY i.indexrelid`;
const FOREIGN_KEYS = `
  SELECT conname::text AS name FROM pg_constraint
  WHERE contype = 'f' AND (conrelid = $1::regclass OR confrelid = $1::regclass)`;

eachDatabase('Distribution by the id of the entity', (test) => {
  test('is part of every unique key, and no foreign key crosses', async (_t, db) => {
    assert.deepEqual(DISTRIBUTED.map(([table]) => table).slice(0, 4), [
      'entity',
      'past_entity',
      'expiring_attribute',
      'history',
    ]);
    for (const [table, column] of DISTRIBUTED) {
      const keys = await db.query<{ name: string; columns: string[] }>({ text: UNIQUE_KEYS, values: [table] });
      for (const { name, columns } of keys.rows) assert.ok(columns.includes(column), `${name} is of ${columns}`);
      const { rows } = await db.query<{ name: string }>({ text: FOREIGN_KEYS, values: [table] });
      assert.deepEqual(rows, [], `${table} has no foreign keys`);
    }
  });

  test('covers every table with rows of entities, except those for notifications and counts of all', async (_t, db) => {
    const { rows } = await db.query<{ name: string }>({
      text: `SELECT c.relname::text AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
          AND a.attname = 'entity_id' ORDER BY 1`,
    });
    const known = new Set<string>([...DISTRIBUTED.map(([table]) => table), 'outbox', 'outbox_dead', 'history_staged']);
    assert.deepEqual(
      rows.map(({ name }) => name).filter((name) => !known.has(name)),
      [],
    );
  });
});

const bin = findPostgres();
/** Only where Citus is installed. Debian has no package of it, so CI does not run this test. */
if (bin !== undefined && existsSync('/usr/share/postgresql/17/extension/citus.control')) {
  test('on Citus, entities and their history are written, read, queried and deleted', {
    timeout: 120_000,
  }, async (t) => {
    const settings = ['fsync=off', 'shared_preload_libraries=citus', 'citus.shard_count=4'];
    const server = await startPostgres(bin, settings);
    const db = await openDatabase({ url: server.url });
    const { port } = new URL(server.url);
    await db.query({ text: 'CREATE EXTENSION citus' });
    await db.query({ text: `SELECT citus_set_coordinator_host('127.0.0.1', ${port})` });
    await db.query({ text: `SELECT citus_set_node_property('127.0.0.1', ${port}, 'shouldhaveshards', true)` });
    const start = () => createBroker({ db, publicUrl: 'http://broker.test', offline: true });
    let broker: Broker = await start();
    t.after(async () => {
      await broker.close();
      await db.close();
      await server.stop();
    });
    await broker.close();
    await db.query({ text: DISTRIBUTION });
    broker = await start();

    const ask = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: object) => {
      const response = await broker.app.inject({
        method,
        url: `/ngsi-ld/v1${path}`,
        ...(body && { headers: { 'content-type': 'application/json' }, payload: body }),
      });
      assert.ok(response.statusCode < 300, `${method} ${path}: ${response.statusCode} ${response.body}`);
      return response.body === '' ? undefined : response.json();
    };
    const lamp = (number: number, level: number) => ({
      id: `urn:ngsi-ld:Lamp:${number}`,
      type: 'Lamp',
      level: { type: 'Property', value: level },
      location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [6 + number / 100, 49.5] } },
    });
    await ask('POST', '/entities', lamp(1, 1));
    await ask(
      'POST',
      '/entityOperations/upsert',
      Array.from({ length: 40 }, (_, number) => lamp(number, number)),
    );
    await ask('PATCH', '/entities/urn:ngsi-ld:Lamp:1/attrs/level', { type: 'Property', value: 7 });
    assert.equal((await ask('GET', '/entities/urn:ngsi-ld:Lamp:1')).level.value, 7);
    const ids = async (query: string) =>
      (await ask('GET', `/entities?type=Lamp&limit=100${query}`)).map(({ id }: { id: string }) => id.split(':').at(-1));
    assert.equal((await ids('')).length, 40);
    assert.deepEqual(await ids('&q=level==7'), ['1', '7']);
    assert.deepEqual(await ids('&georel=near;maxDistance==1000&geometry=Point&coordinates=[6.05,49.5]'), [
      '4',
      '5',
      '6',
    ]);
    const types = await ask('GET', '/types');
    assert.equal(types.typeList.length, 1);
    // The temporal API does not support it yet: docs/scaling.md.
    const history = await db.query<{ levels: number }>({
      text: `SELECT count(*) AS levels FROM evolution WHERE tenant = '' AND entity_id = $1 AND number IS NOT NULL`,
      values: ['urn:ngsi-ld:Lamp:1'],
    });
    assert.equal(history.rows[0]?.levels, 2, 'at first 1, then 7; that it was 1 still is no change');
    await ask('DELETE', '/entities/urn:ngsi-ld:Lamp:1');
    assert.equal((await ids('')).length, 39);
    const { rows } = await db.query<{ shards: number }>({
      text: `SELECT count(*) AS shards FROM citus_shards WHERE table_name = 'entity'::regclass`,
    });
    assert.equal(rows[0]?.shards, 4);
  });
}
