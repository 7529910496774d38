import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { MAKE_HOLD } from '../../src/database/citus/distribute.ts';
import { TenantNodes } from '../../src/database/citus/tenant-nodes.ts';
import type { Database } from '../../src/database/database.ts';
import type { DeliveryCount, OutboxStore, Settlement } from '../../src/notifications/outbox/outbox.ts';
import { createOutboxByTenant } from '../../src/notifications/outbox/outbox-by-tenant.ts';
import { anotherPostgres } from '../support/index.ts';

const cluster = anotherPostgres();
const skip = cluster === undefined && 'no TEST_DATABASE_URL';
const OWNER = 'http://own';

/** The part of the catalogue of a cluster that is read. The node of the tenant `away` does not answer. */
const CATALOGUE = (port: number) => `
  CREATE TABLE outbox_1001 (LIKE outbox INCLUDING ALL);
  CREATE TABLE outbox_dead_1001 (LIKE outbox_dead INCLUDING ALL);
  CREATE TABLE subscription_1001 (LIKE subscription INCLUDING ALL);
  CREATE TABLE pg_dist_partition (logicalrelid regclass);
  CREATE TABLE pg_dist_shard (logicalrelid regclass, shardid bigint, shardminvalue text);
  CREATE TABLE pg_dist_placement (shardid bigint, groupid int);
  CREATE TABLE pg_dist_node (groupid int, nodename text, nodeport int, noderole text, isactive boolean);
  INSERT INTO pg_dist_shard SELECT name::regclass, 1001, '0' FROM unnest('{outbox,outbox_dead,subscription}'::text[]) AS name;
  INSERT INTO pg_dist_shard VALUES ('outbox', 1002, '1');
  INSERT INTO pg_dist_placement VALUES (1001, 7), (1002, 8);
  INSERT INTO pg_dist_node VALUES (7, '127.0.0.1', ${port}, 'primary', true), (8, '127.0.0.1', 1, 'primary', true);
  CREATE FUNCTION lock_shard_metadata(int, bigint[]) RETURNS void LANGUAGE sql AS '';
  ${MAKE_HOLD};
  CREATE FUNCTION get_shard_id_for_distribution_column(regclass, text) RETURNS bigint LANGUAGE sql
    AS $$ SELECT CASE $2 WHEN 'away' THEN 1002 ELSE 1001 END $$;
  INSERT INTO subscription_1001 (tenant, id, document, names, created_at, modified_at)
    VALUES ('here', 'urn:s', '{}', '{}', now(), now())`;

let db: Database;
let nodes: TenantNodes;
let outbox: OutboxStore;

before(async () => {
  if (cluster === undefined) return;
  db = await cluster.open();
  await db.query({ text: CATALOGUE(Number(new URL(await cluster.url()).port || 5432)) });
  nodes = new TenantNodes(db);
  outbox = createOutboxByTenant(db, nodes, { name: OWNER, names: [OWNER] });
});

after(() => nodes?.close());

const entry = (tenant = 'here') => ({
  id: randomUUID(),
  tenant,
  subscriptionId: 'urn:s',
  entityId: '',
  version: 0,
  payload: { at: '2026-11-29T10:00:00Z' },
});
const NOTHING: Settlement = { gone: [], failed: [], dead: [], counts: [] };
const count = (tenant: string): DeliveryCount => ({
  tenant,
  id: 'urn:s',
  sent: 1,
  failed: 0,
  lastNotification: new Date(),
  lastSuccess: new Date(),
  lastFailure: undefined,
});
const pendingIds = async () => (await outbox.take([{ tenant: 'here', id: 'urn:s' }], [], 10)).map(({ id }) => id);
const sent = async () =>
  (await db.query<{ sent: number }>({ text: 'SELECT times_sent AS sent FROM subscription_1001' })).rows[0]?.sent;

test('stores the outbox of a tenant on its node', { skip }, async () => {
  const first = entry();
  assert.equal(await outbox.addRound([first]), true);
  assert.equal(await outbox.addRound([entry()]), false, 'the last interval is still owed');
  assert.deepEqual(await pendingIds(), [first.id]);
  const attempt = { ...first, attempts: 2, nextAttemptAt: new Date(), error: 'none' };
  assert.equal(await outbox.settle({ ...NOTHING, failed: [attempt] }), undefined);
  assert.equal((await outbox.take([{ tenant: 'here', id: 'urn:s' }], [], 10))[0]?.attempts, 2);
  await outbox.settle({ ...NOTHING, dead: [attempt] });
  assert.deepEqual(await pendingIds(), []);
  const { rows } = await db.query({ text: 'SELECT id FROM outbox_dead_1001' });
  assert.deepEqual(rows, [{ id: first.id }]);
});

test('settles what it can while a node is unreachable, and the rest later', { skip }, async () => {
  const here = entry();
  await outbox.addRound([here]);
  const away = { gone: [entry('away')], counts: [count('away')] };
  const left = await outbox.settle({
    ...NOTHING,
    gone: [here, ...away.gone],
    counts: [count('here'), ...away.counts],
  });
  assert.deepEqual(left, { ...NOTHING, ...away });
  assert.deepEqual(await pendingIds(), []);
  assert.equal(await sent(), 1, 'counted there, in the same statement');
});
