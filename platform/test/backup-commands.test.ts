import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '@alzette/broker';
import { ownDatabase } from './support/own-database.ts';

const COMMAND = fileURLToPath(new URL('../src/alzette.ts', import.meta.url));
const server = process.env.TEST_DATABASE_URL;

test('alzette backup, verify-backup and restore, by hand', { skip: !server && 'no TEST_DATABASE_URL' }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'backup-'));
  const from = await ownDatabase(server ?? '', 'backed_up');
  const to = await ownDatabase(server ?? '', 'restored');
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

  const early = await alzette(['backup'], { ...environment, BACKUP_KEY: '' });
  assert.deepEqual(
    [early.code, early.output],
    [1, 'BACKUP_KEY: got "", expected the name of a file, as BACKUP_URL is set\n'],
  );
  assert.equal((await alzette(['backup', 'key', environment.BACKUP_KEY], {})).code, 0);
  const again = await alzette(['backup', 'key', environment.BACKUP_KEY], {});
  assert.match(again.output, /is there already, and backups may need it/);
  const made = await alzette(['backup'], environment);
  assert.match(made.output, /1 tables, 100 rows/);
  const tried = await alzette(['verify-backup'], environment);
  assert.deepEqual(
    [tried.code, /1 tables with 100 rows and 0 files, each as in the backup/.test(tried.output)],
    [0, true],
  );
  const refused = await alzette(['restore'], environment);
  assert.match(refused.output, /the database has 1 tables, expected an empty one to restore to/);
  const restored = await alzette(['restore'], { ...environment, DATABASE_URL: to.url });
  assert.deepEqual([restored.code, /1 tables with 100 rows/.test(restored.output)], [0, true], restored.output);
  assert.match(
    await readFile(join(folder, 'data/restored/settings.env'), 'utf8'),
    /^SECRET_KEY="a secret of the town"$/m,
  );
});

function alzette(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<{ code: number; output: string }> {
  const { PATH, HOME } = process.env;
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [COMMAND, ...args],
      { env: { PATH, HOME, ...environment } },
      (_, out, err) => resolve({ code: child.exitCode ?? -1, output: out + err }),
    );
  });
}
