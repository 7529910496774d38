import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { outageOf } from '@alzette/kit/outage';
import pg from 'pg';
import { MAKE_HOLD } from '../../src/database/citus/distribute.ts';
import { TenantNodes } from '../../src/database/citus/tenant-nodes.ts';
import type { Database } from '../../src/database/database.ts';
import { DatabaseUnavailable } from '../../src/database/database-errors.ts';
import { openDatabase } from '../../src/database/open-database.ts';
import { fillCache } from '../support/index.ts';

const url = process.env.TEST_DATABASE_URL ?? '';
const skip = !url && 'no TEST_DATABASE_URL';
const name = `node_reads_${process.pid}`;
const SHARD = 1001;
const NODE = 7;

/**
 * The parts of the catalogue that are read, for a cluster of one server. `entity` has another row than its shard, so that an
 * answer shows its origin.
 */
const CLUSTER = (port: number) => `
  CREATE TABLE entity (tenant text, id text);
  CREATE TABLE entity_${SHARD} (tenant text, id text);
  INSERT INTO entity SELECT '', 'by the coordinator';
  INSERT INTO entity_${SHARD} SELECT '', 'by the node';
  CREATE TABLE pg_dist_partition (logicalrelid regclass);
  CREATE TABLE pg_dist_shard (logicalrelid regclass, shardid bigint, shardminvalue text);
  CREATE TABLE pg_dist_placement (shardid bigint, groupid int);
  CREATE TABLE pg_dist_node (groupid int, nodename text, nodeport int, noderole text, isactive boolean);
  INSERT INTO pg_dist_shard VALUES ('entity', ${SHARD}, '0');
  INSERT INTO pg_dist_placement VALUES (${SHARD}, ${NODE});
  INSERT INTO pg_dist_node VALUES (${NODE}, '127.0.0.1', ${port}, 'primary', true);
  CREATE FUNCTION lock_shard_metadata(int, bigint[]) RETURNS void LANGUAGE sql AS '';
  ${MAKE_HOLD};
  CREATE FUNCTION get_shard_id_for_distribution_column(regclass, text) RETURNS bigint LANGUAGE sql AS 'SELECT ${SHARD}';`;

let admin: pg.Client;
let db: Database;
let nodes: TenantNodes;

before(async () => {
  if (url === '') return;
  admin = new pg.Client(url);
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  db = await openDatabase({ url: own.href });
  await db.query({ text: CLUSTER(Number(own.port || 5432)) });
  nodes = new TenantNodes(db);
});

after(async () => {
  if (url === '') return;
  await nodes.close();
  await db.close();
  await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
  await admin.end();
});

async function idOf(more = ''): Promise<string | undefined> {
  const text = `SELECT id FROM entity WHERE tenant = $1 ${more}`;
  return (await nodes.db.query<{ id: string }>({ text, values: [''] })).rows[0]?.id;
}

test('reads from the node of a tenant, and from the coordinator once the tenant has moved', { skip }, async () => {
  assert.equal(await idOf(), 'by the node');
  const inTransaction = await nodes.db.ofTenant?.('', async (tx) => {
    const { rows } = await tx.query<{ id: string }>({ text: 'SELECT id FROM entity WHERE tenant = $1', values: [''] });
    return rows[0]?.id;
  });
  assert.equal(inTransaction, 'by the node');
  await db.query({ text: `UPDATE pg_dist_placement SET groupid = ${NODE + 1}` });
  assert.equal(await idOf(), 'by the coordinator');
  await db.query({ text: `UPDATE pg_dist_placement SET groupid = ${NODE}` });
  assert.equal(await idOf(), 'by the node');
});

test('reads from the node again, although the coordinator was away at the first read', { skip }, async (t) => {
  let isAway = true;
  const query: Database['query'] = async (statement) => {
    if (isAway && statement.text.includes('pg_get_viewdef')) throw new DatabaseUnavailable(true, new Error('away'));
    return db.query(statement);
  };
  const own = new TenantNodes({ ...db, identity: {}, query });
  t.after(() => own.close());
  const statement = { text: 'SELECT id FROM entity WHERE tenant = $1', values: [''] };
  await assert.rejects(own.db.query(statement), DatabaseUnavailable);
  isAway = false;
  assert.deepEqual((await own.db.query(statement)).rows, [{ id: 'by the node' }]);
});

test('reads a tenant on one snapshot of its node, or by the coordinator if it has moved', { skip }, async () => {
  const LOCKED = `SELECT relation::regclass::text AS name FROM pg_locks
    WHERE pid = pg_backend_pid() AND mode = 'AccessShareLock' AND locktype = 'relation'`;
  type Found = { isOnNode: boolean; ids: (string | undefined)[]; locked: string[] };
  const read = async (meanwhile: () => Promise<unknown>): Promise<Found | undefined> =>
    nodes.db.ofTenant?.('', async (tx, isOnNode) => {
      const idOf = async (name: string) => {
        const text = 'SELECT id FROM entity WHERE tenant = $1';
        return (await tx.query<{ id: string }>({ name, text, values: [''] })).rows[0]?.id;
      };
      await tx.query({ text: 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ' });
      const first = await idOf('one');
      await tx.query({ text: 'LOCK TABLE entity IN ACCESS SHARE MODE' });
      const { rows } = await tx.query<{ name: string }>({ text: LOCKED });
      await meanwhile();
      const locked = rows.map(({ name }) => name).filter((name) => name.startsWith('entity'));
      return { isOnNode, ids: [first, await idOf('one'), await idOf('two')], locked };
    });
  const move = (node: number) => db.query({ text: `UPDATE pg_dist_placement SET groupid = ${node}` });
  const byNode = { isOnNode: true, ids: ['by the node', 'by the node', 'by the node'], locked: [`entity_${SHARD}`] };
  assert.deepEqual(await read(() => move(NODE + 1)), byNode, 'what was moved meanwhile');
  const ids = ['by the coordinator', 'by the coordinator', 'by the coordinator'];
  assert.deepEqual(await read(async () => {}), { isOnNode: false, ids, locked: ['entity'] });
  await move(NODE);
  assert.deepEqual(await read(async () => {}), byNode);
});

test('sends writes, and reads of several tenants, to the coordinator', { skip }, async () => {
  const { rows } = await nodes.db.query<{ id: string }>({ text: 'SELECT id FROM entity' });
  assert.equal(rows[0]?.id, 'by the coordinator');
  const written = await nodes.db.query<{ id: string }>({
    text: 'UPDATE entity SET id = id WHERE tenant = $1 RETURNING id',
    values: [''],
  });
  assert.equal(written.rows[0]?.id, 'by the coordinator');
});

test('writes on the node of a tenant; if it has moved, the error allows a retry', { skip }, async () => {
  const text = `
    WITH written AS (UPDATE entity e SET id = e.id WHERE e.tenant = $2 RETURNING id)
    SELECT id FROM written WHERE $1::timestamptz IS NOT NULL`;
  const write = async () => {
    const writer = await nodes.writerOf('');
    assert.ok(writer);
    return (await writer.query<{ id: string }>({ name: 'write', text, values: [new Date(), ''] })).rows[0]?.id;
  };
  assert.equal(await write(), 'by the node');
  await db.query({ text: `UPDATE pg_dist_placement SET groupid = ${NODE + 1}` });
  await assert.rejects(write, { code: '40001' });
  assert.equal(await nodes.writerOf(''), undefined, 'asks anew where the tenant is');
  await db.query({ text: `UPDATE pg_dist_placement SET groupid = ${NODE}` });
  assert.equal(await write(), 'by the node');
});

test('cached statements of nodes are limited in bytes', { skip }, async () => {
  await fillCache('node_statements', 60, async (n) => {
    assert.equal(await idOf(`/* ${n} ${'x'.repeat(100_000)} */`), 'by the node');
  });
});

test('cached locations of tenants are limited in bytes', { skip }, async () => {
  // The size of a location depends on its number of tables, so there are many.
  await db.query({ text: `INSERT INTO pg_dist_shard SELECT 'entity', ${SHARD}, NULL FROM generate_series(1, 2)` });
  await db.query({
    text: `DO $$ BEGIN FOR n IN 1..2000 LOOP EXECUTE format('CREATE TABLE other_%s ()', n);
      EXECUTE format('INSERT INTO pg_dist_shard VALUES (''other_%s'', %s, NULL)', n, n); END LOOP; END $$`,
  });
  await fillCache('tenant_places', 40, (n) =>
    nodes.db.query({ text: 'SELECT id FROM entity WHERE tenant = $1', values: [`tenant ${n}`] }),
  );
});

test('reads all tenants of reachable nodes, and serves those of another node after it is reachable again', {
  skip,
}, async (t) => {
  const port = (at: number) => db.query({ text: `UPDATE pg_dist_node SET nodeport = ${at}` });
  const own = new TenantNodes(db);
  t.after(() => own.close());
  const statement = { text: 'SELECT id FROM entity' };
  await port(1);
  const late: string[] = [];
  const found = await own.every.allRows<{ id: string }>(statement, (rows) => late.push(...rows.map(({ id }) => id)));
  assert.deepEqual([found, late], [[], []]);
  await assert.rejects(
    () => own.requireServed(''),
    (error) => outageOf(error) === 'node',
  );
  await assert.rejects(
    () => own.db.query({ text: 'SELECT id FROM entity WHERE tenant = $1', values: [''] }),
    (error) => outageOf(error) === 'node',
  );
  await port(Number(new URL(url).port || 5432));
  for (const until = performance.now() + 20_000; late.length === 0 && performance.now() < until; ) await pause(50);
  assert.deepEqual(late, ['by the node']);
  await own.requireServed('');
  assert.deepEqual(await own.every.rows(statement), [{ id: 'by the node' }]);
  // A shard that has moved is not read where it was.
  await db.query({ text: `UPDATE pg_dist_placement SET groupid = ${NODE + 1}` });
  assert.deepEqual(await own.every.rows(statement), []);
  await db.query({ text: `UPDATE pg_dist_placement SET groupid = ${NODE}` });
});
