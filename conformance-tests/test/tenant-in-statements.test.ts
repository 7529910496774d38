import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createBroker, openDatabase } from '@alzette/broker';
import { NUMBER_HISTORY, noteByTenant } from '@alzette/broker/test-support';
import { recording, tablesWithoutTenant } from '../../broker/test/support/tenant-check.ts';
import { run } from '../src/run.ts';
import { allCases } from '../src/verdict.ts';
import { acrossTenants } from './across-tenants.ts';
import { only } from './support/scaled.ts';

/** Clauses of filters and of operations on many entities, in addition to one clause of each kind. */
const MORE = ['4.9', '4.10', '5.6.21', '5.7.8'];

/** The parts of a cluster of one server that reads of all tenants use. */
const CLUSTER = [
  'CREATE TABLE pg_dist_shard (logicalrelid regclass, shardid bigint)',
  `CREATE FUNCTION run_command_on_all_nodes(command text, OUT nodeid int, OUT success boolean, OUT result text)
    RETURNS SETOF record LANGUAGE plpgsql AS $$
    BEGIN
      EXECUTE command INTO result;
      nodeid := 1;
      success := true;
      RETURN NEXT;
    END $$`,
  `CREATE FUNCTION run_command_on_shards(table_name regclass, command text, OUT shardid bigint, OUT success boolean, OUT result text)
    RETURNS SETOF record LANGUAGE plpgsql AS $$
    BEGIN
      EXECUTE format(command, table_name) INTO result;
      shardid := 1;
      success := true;
      RETURN NEXT;
    END $$`,
];

const texts = new Set<string>();

test('with the statements for a cluster, passes its cases, and each statement names its tenant', {
  timeout: 550_000,
}, async (t) => {
  // Not shared with other tests of the process: their brokers prepare other statements by the same names.
  const embedded = await openDatabase({});
  const db = recording(embedded, texts);
  noteByTenant(db);
  for (const text of CLUSTER) await db.query({ text });
  const broker = await createBroker({ db, publicUrl: 'http://127.0.0.1' });
  t.after(() => broker.close().then(() => embedded.close()));
  for (const text of NUMBER_HISTORY) await db.query({ text });
  await broker.app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = broker.app.server.address() as AddressInfo;
  const verdict = await run({
    url: `http://127.0.0.1:${port}`,
    only: only && [...only, ...MORE],
    timeoutMs: 60_000, // the embedded database answers one request at a time
    jobs: 4,
  });
  const cases = allCases(verdict);
  assert.deepEqual(
    cases.filter(({ outcome }) => outcome !== 'passed'),
    [],
  );
  const wrong: string[] = [];
  for (const text of texts) {
    if (acrossTenants.some(({ statement }) => statement.test(text))) continue;
    const missing = await tablesWithoutTenant(text);
    if (missing.length > 0) wrong.push(`${missing.join(', ')}: ${text}`);
  }
  assert.deepEqual(wrong, [], 'names its tenant, or stands in across-tenants.ts with the reason');
});
