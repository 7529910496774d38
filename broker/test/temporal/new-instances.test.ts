import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { eachHistoryDatabase, freshTenant } from '@alzette/broker/test-support';
import { RollupJob } from '../../src/history/rollups/rollup-job.ts';

const SILENT = { warn: (fields: object, message: string) => assert.fail(`${message} ${JSON.stringify(fields)}`) };

const FILL = `
  INSERT INTO history (tenant, entity_id, attribute, dataset_id, kind, at, modified_at, instance, number)
  SELECT $1, 'urn:ngsi-ld:Lamp:' || n % 10, 'https://example.org/level', '', 'attributeUpdated', now(), now(),
    jsonb_build_object('type', 'Property', 'value', n, 'observedAt', now()), n
  FROM generate_series(1, 12000) AS n`;

// Only vacuuming by a session: autovacuum, a minute later, is counted elsewhere.
const SELECT_SHOWN = `
  SELECT sum(c.relallvisible) AS pages FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
  JOIN pg_stat_user_tables s ON s.relid = c.oid WHERE i.inhparent = 'history'::regclass AND s.vacuum_count > 0`;

eachHistoryDatabase('New instances', (test, database) => {
  if (database.kind === 'pglite') return;

  test('can soon be read by index-only scans', async (t, db) => {
    const tenant = freshTenant();
    t.after(() => db.query({ text: 'DELETE FROM history WHERE tenant = $1', values: [tenant] }));
    const job = new RollupJob(db, SILENT);
    t.after(() => job.close());
    await db.query({ text: FILL, values: [tenant] });
    const shown = async () => (await db.query<{ pages: number | null }>({ text: SELECT_SHOWN })).rows[0]?.pages ?? 0;
    // PostgreSQL reports the number of new rows some seconds later.
    for (let tries = 0; tries < 60 && (await shown()) === 0; tries++) {
      await job.run();
      await pause(500);
    }
    assert.ok((await shown()) > 100, `${await shown()} pages are shown`);
  });
});
