import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '@alzette/kit/testing';
import { type ServiceHost, startServiceHost } from '../../../platform/test/support/service-host.ts';
import { backupService, type ScheduledBackups } from '../src/backups.ts';
import { startTown } from './support/town.ts';

test('jobs back up and test the restore; administrators see the results', async (t) => {
  // Hooks run in the order of registration: the services end before their database.
  let running: ServiceHost | undefined;
  t.after(() => running?.stop());
  const { db, ports, settings, folder } = await startTown(t, process.env.TEST_DATABASE_URL);
  const scheduled: ScheduledBackups = {
    ...settings,
    at: '30 2 * * *',
    restoreTestAt: '0 4 * * 0',
    restoreTestPlace: settings.place,
    isDemo: false,
  };
  const host = await startServiceHost(t, db, [backupService(scheduled, ports)], { jobs: true, access: 'enforced' });
  running = host;
  const as = { authorization: await host.authorizationOf({ sub: 'admin', roles: ['administrator'] }) };
  const shown = async () => (await host.ask('GET', '/ops/backups', undefined, as)).body;
  const runNow = async (job: string, expected: number) => {
    const { status } = await host.ask('POST', `/ops/jobs/${job}/run`, undefined, as);
    assert.equal(status, 202);
    return eventually(
      `what came of ${job}`,
      async () => {
        const body = await shown();
        return body.runs.length === expected && body;
      },
      120_000,
    );
  };

  const before = await shown();
  assert.deepEqual([before.configured, before.target, before.runs], [true, join(folder, 'backups'), []]);
  assert.equal((await host.ask('GET', '/ops/backups')).status, 401);

  const made = await runNow('backups.make', 1);
  assert.ok(made.lastBackup, JSON.stringify(made.runs));
  assert.match(made.lastBackup.backup, /^\d{4}-\d\d-\d\dT\d{6}Z$/);
  assert.ok(made.lastBackup.figures.rows > 2504, 'with the tables of the product');
  const tried = await runNow('backups.test-restore', 2);
  assert.equal(tried.lastRestoreTest.backup, made.lastBackup.backup);
  assert.equal(tried.lastRestoreTest.figures.rows, made.lastBackup.figures.rows);

  await rm(join(folder, 'backups'), { recursive: true });
  const failed = await runNow('backups.test-restore', 3);
  assert.equal(failed.runs[0].error, 'there is no backup there');
  assert.equal(failed.lastRestoreTest.backup, made.lastBackup.backup, 'the latest that went well');
});
