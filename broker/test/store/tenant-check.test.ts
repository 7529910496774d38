import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tablesWithoutTenant } from '../support/tenant-check.ts';

const CASES: readonly [missing: readonly string[], text: string][] = [
  [[], 'SELECT id FROM entity WHERE tenant = $1 AND id = $2'],
  [['entity'], 'SELECT id FROM entity WHERE id = $2'],
  [['entity'], 'SELECT id FROM entity WHERE tenant = $1 OR id = $2'],
  [['entity'], 'SELECT id FROM entity WHERE tenant = ANY ($1)'],
  [[], `SELECT e.id FROM entity e JOIN birth b ON b.tenant = $1::text AND b.entity_id = e.id WHERE e.tenant = $1`],
  [
    ['birth'],
    'SELECT e.id FROM entity e JOIN birth b ON b.tenant = e.tenant AND b.entity_id = e.id WHERE e.tenant = $1',
  ],
  [
    ['past_entity'],
    'SELECT 1 FROM entity e WHERE e.tenant = $1 AND NOT EXISTS (SELECT 1 FROM past_entity p WHERE p.tenant = e.tenant)',
  ],
  [['entity'], 'SELECT 1 FROM entity WHERE tenant = $1 UNION ALL SELECT 2 FROM entity'],
  [['history'], 'SELECT 1 FROM (SELECT tenant FROM history OFFSET 0) AS h WHERE tenant = $1'],
  [['history_2026_11'], 'SELECT count(*) FROM history_2026_11'],
  [[], 'WITH entity AS (SELECT 1) SELECT * FROM entity'],
  [['birth'], 'WITH gone AS (DELETE FROM birth RETURNING n) INSERT INTO history (n) SELECT n FROM gone'],
  [['entity'], 'UPDATE entity e SET version = 1 FROM unnest($1::text[]) AS i(id) WHERE e.id = i.id'],
  [[], 'UPDATE entity e SET version = 1 FROM unnest($1::text[]) AS i(id) WHERE e.id = i.id AND e.tenant = $2'],
  [
    [],
    'INSERT INTO entity (tenant, id) VALUES ($1, $2) ON CONFLICT (tenant, id) DO UPDATE SET version = excluded.version',
  ],
  [['subscription'], 'SELECT * FROM subscription'],
  [[], 'SELECT * FROM source_copy; COPY history FROM STDIN'],
];

for (const [missing, text] of CASES) {
  test(`finds ${missing.join() || 'nothing'} in ${text}`, async () => {
    assert.deepEqual(await tablesWithoutTenant(text), missing);
  });
}
