import assert from 'node:assert/strict';
import { test } from 'node:test';
import { locksOnShards, onShards, type Shards, tenantParameter, writesOnShards } from './shard-text.ts';

const SHARDS: Shards = {
  shardId: 12,
  groupId: 2,
  tables: new Map([
    ['entity', 'entity_12'],
    ['history', 'history_34'],
    ['history_rollup', 'history_rollup_8'],
  ]),
};
const VIEWS = new Map([
  ['evolution', 'SELECT n FROM history UNION ALL SELECT n FROM first'],
  ['first', 'SELECT b.n FROM (entity b)'],
]);

/** The text without the condition on the location of the shard. */
function inner(text: string): string | undefined {
  return onShards(text, SHARDS, VIEWS)?.split('\n').slice(1, -1).join('\n');
}

test('names the tables of the node, and keeps the aliases of the statement', () => {
  assert.equal(
    inner('SELECT e.id FROM entity e WHERE e.tenant = $1'),
    'SELECT e.id FROM entity_12 e WHERE e.tenant = $1',
  );
  assert.equal(
    inner('SELECT id FROM entity WHERE tenant = $1'),
    'SELECT id FROM entity_12 AS entity WHERE tenant = $1',
  );
  assert.equal(
    inner('SELECT * FROM (SELECT * FROM entity WHERE tenant = $1) AS entity JOIN history h ON true'),
    'SELECT * FROM (SELECT * FROM entity_12 AS entity WHERE tenant = $1) AS entity JOIN history_34 h ON true',
  );
  assert.equal(
    inner('SELECT (SELECT watermark FROM history_rollup)'),
    'SELECT (SELECT watermark FROM history_rollup_8 AS history_rollup)',
  );
  assert.equal(
    inner('SELECT extract(epoch FROM history.at) FROM other'),
    'SELECT extract(epoch FROM history.at) FROM other',
  );
});

test('replaces views by their queries, also nested views', () => {
  assert.equal(
    inner('SELECT h.n FROM evolution h'),
    'SELECT h.n FROM (SELECT n FROM history_34 AS history UNION ALL SELECT n FROM (SELECT b.n FROM (entity_12 b)) AS first) h',
  );
});

test('reads instances that are not in the sums only of the tenant', () => {
  const text = inner('SELECT 1 FROM history_pending(r.watermark) AS p') ?? '';
  assert.match(
    text,
    /FROM \(SELECT .* FROM history_34 AS history\s+WHERE tenant = \$1 .* AND n > r\.watermark\) AS p$/s,
  );
  const byNumber = inner('SELECT 1 FROM history_pending($3::bigint) AS p') ?? '';
  assert.match(byNumber, /FROM history_34 AS history\s+WHERE tenant = \$1 .* AND n > \$3::bigint\) AS p$/s);
});

test('rejects statements with a CTE that has the name of a table', () => {
  assert.equal(onShards('WITH entity AS (SELECT 1) SELECT * FROM entity', SHARDS, VIEWS), undefined);
  assert.equal(
    onShards('WITH a AS (SELECT 1), history (n) AS MATERIALIZED (SELECT 1) SELECT 1', SHARDS, VIEWS),
    undefined,
  );
});

test('fails on a node that no longer has the shard', () => {
  const text = onShards('SELECT 1', SHARDS, VIEWS) ?? '';
  const isThere = 'EXISTS (SELECT FROM pg_dist_placement WHERE shardid = 12 AND groupid = 2)';
  assert.ok(text.endsWith(`WHERE 1 / (${isThere})::int = 1`), text);
});

test('checks the location of the shard once in a snapshot', () => {
  assert.equal(onShards('SELECT id FROM entity e', SHARDS, VIEWS, true), 'SELECT id FROM entity_12 e');
});

test('locks the tables of the node', () => {
  assert.equal(
    locksOnShards('LOCK TABLE history IN ACCESS SHARE MODE; LOCK TABLE other IN SHARE MODE', SHARDS),
    'SET LOCAL citus.enable_manual_changes_to_shards = on; LOCK TABLE history_34 IN ACCESS SHARE MODE; LOCK TABLE other IN SHARE MODE',
  );
});

test('writes to the tables of the node, and prevents a move meanwhile', () => {
  const end = 'SELECT 1 FROM put WHERE $1::timestamptz IS NOT NULL';
  assert.equal(
    writesOnShards(
      `WITH put AS (INSERT INTO entity (id) SELECT 1 ON CONFLICT (id) DO UPDATE SET id = 2 RETURNING id),
      set AS (UPDATE entity e SET id = 3 FROM history WHERE e.id = 2), gone AS (DELETE FROM history h USING put w) ${end}`,
      SHARDS,
    ),
    `WITH put AS (INSERT INTO entity_12 AS entity (id) SELECT 1 ON CONFLICT (id) DO UPDATE SET id = 2 RETURNING id),
      set AS (UPDATE entity_12 e SET id = 3 FROM history_34 AS history WHERE e.id = 2), gone AS (DELETE FROM history_34 h USING put w) ${end} AND (SELECT hold_tenant_place(12, 2))`,
  );
  assert.equal(writesOnShards('DELETE FROM entity WHERE tenant = $1', SHARDS), undefined);
});

test('recognises the tenant only in reads of one tenant', () => {
  assert.equal(tenantParameter('SELECT 1 FROM entity e WHERE e.tenant = $2 AND e.id = $1'), 2);
  assert.equal(tenantParameter('SELECT 1 FROM entity e JOIN history h ON e.tenant = $2 AND h.tenant = $1'), undefined);
  assert.equal(tenantParameter('SELECT count(*) FROM entity'), undefined);
  for (const text of [
    'DELETE FROM entity WHERE tenant = $1',
    'WITH gone AS (DELETE FROM entity WHERE tenant = $1 RETURNING id) SELECT id FROM gone',
    'SELECT 1 FROM entity WHERE tenant = $1 FOR UPDATE',
    'SELECT 1 FROM entity WHERE tenant = $1 FOR SHARE',
  ])
    assert.equal(tenantParameter(text), undefined, text);
});
