import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openDatabase } from '@alzette/broker';
import { emptyDatabase } from './support/own-database.ts';
import { runCommand } from './support/run-command.ts';

const server = process.env.TEST_DATABASE_URL;

test('alzette backup, verify-backup and restore, by hand', { skip: !server && 'no TEST_DATABASE_URL' }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'backup-'));
  const from = await emptyDatabase(server ?? '', 'backed_up');
  const to = await emptyDatabase(server ?? '', 'restored');
  const db = await openDatabase({ url: from.url });
  t.after(async () => {
    await db.close();
    await Promise.all([from.drop(), to.drop()]);
    await rm(folder, { recursive: true });
  });
  await db.runScript('CREATE TABLE lamp (id text); INSERT INTO lamp SELECT n::text FROM generate_series(1, 100) n');
  const environment = {
    DATABASE_URL: from.url,
    DATA_DIR: join(folder, 'data'),
    BACKUP_URL: `file://${folder}/backups`,
    BACKUP_KEY: join(folder, 'backup.key'),
    SECRET_KEY: 'a secret of the town',
  };

  const early = await runCommand(t, ['backup'], { ...environment, BACKUP_KEY: '' });
  assert.deepEqual(
    [early.code, early.output],
    [1, 'BACKUP_KEY: got "", expected the name of a file, because BACKUP_URL is set\n'],
  );
  assert.equal((await runCommand(t, ['backup', 'key', environment.BACKUP_KEY], {})).code, 0);
  const again = await runCommand(t, ['backup', 'key', environment.BACKUP_KEY], {});
  assert.match(again.output, /already exists, and backups may need it/);
  const made = await runCommand(t, ['backup'], environment);
  assert.match(made.output, /1 tables, 100 rows/);
  const tried = await runCommand(t, ['verify-backup'], environment);
  assert.deepEqual(
    [tried.code, /1 tables with 100 rows and 0 files, each as in the backup/.test(tried.output)],
    [0, true],
  );
  const refused = await runCommand(t, ['restore'], environment);
  assert.match(refused.output, /the database has 1 tables, expected an empty one to restore to/);
  const restored = await runCommand(t, ['restore'], { ...environment, DATABASE_URL: to.url });
  assert.deepEqual([restored.code, /1 tables with 100 rows/.test(restored.output)], [0, true], restored.output);
  assert.match(
    await readFile(join(folder, 'data/restored/settings.env'), 'utf8'),
    /^SECRET_KEY="a secret of the town"$/m,
  );
});
