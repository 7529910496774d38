import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startSftpServer } from '../../../iot-agents/test/support/sftp-server.ts';
import { makeBackup, newIdentity, readIdentity, testRestore } from '../src/backups.ts';
import { countRows, startTown } from './support/town.ts';

const url = process.env.TEST_DATABASE_URL;
const KILLED = fileURLToPath(new URL('./support/endless-writer.ts', import.meta.url));

test('a wrong key and damaged, truncated or missing parts are reported by name', async (t) => {
  const { db, ports, settings, folder } = await startTown(t, url);
  const { target, key, place } = settings;
  const embedded = url === undefined ? { embedded: db } : {};
  const { name } = await makeBackup(ports, settings, embedded);
  const restore = { target, key, folder: settings.folder, place };
  const at = (file: string) => join(folder, 'backups', file);

  const other = readIdentity(newIdentity());
  await assert.rejects(testRestore(ports, { ...restore, key: other }), /manifest\.age: it is encrypted to another key/);
  await assert.rejects(testRestore(ports, { ...restore, name: '2020-01-01T000000Z' }), /there is no backup 2020/);

  const photo = at('files/_/ph/photo.master.age');
  const bytes = await readFile(photo);
  bytes[100_000] = (bytes[100_000] ?? 0) ^ 1;
  await writeFile(photo, bytes);
  await rm(at('files/metz/pl/plan.master.age'));
  const { faults, rows } = await testRestore(ports, restore);
  assert.deepEqual(faults, [
    'files/_/ph/photo.master.age: it is damaged or cut off',
    'files/metz/pl/plan.master.age is missing',
  ]);
  assert.equal(rows, await countRows(db), 'the database is there for all that');

  const dump = at(`${name}.database.age`);
  const whole = await readFile(dump);
  await truncate(dump, whole.length - 10);
  await assert.rejects(testRestore(ports, restore), /database\.age: it is damaged or cut off/);
  await rm(dump);
  await assert.rejects(testRestore(ports, restore), /database\.age is missing/);
  assert.deepEqual(await readdir(settings.folder), [], 'nothing is left of what failed');
});

test('a full target leaves no partial backup, and earlier backups are unchanged', async (t) => {
  const { db, ports, settings, folder } = await startTown(t, url);
  const embedded = url === undefined ? { embedded: db } : {};
  const server = await startSftpServer(folder, 'town', 'secret', { room: 200_000 });
  t.after(() => server.close());
  const full = {
    ...settings,
    target: { kind: 'sftp', url: `sftp://town:secret@127.0.0.1:${server.port}/full` } as const,
  };
  await assert.rejects(makeBackup(ports, full, embedded), /no room is left/i);
  assert.deepEqual(await filesBelow(join(folder, 'full')), [], 'no dump without its files');
});

test('what killed backups left is removed by the next one, but not what another process is writing', async (t) => {
  const { db, ports, settings, folder } = await startTown(t, url);
  const embedded = url === undefined ? { embedded: db } : {};
  const backups = join(folder, 'backups');
  const child = spawn(process.execPath, [KILLED, backups], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const exited = once(child, 'exit');
  await once(child.stdout, 'data'); // it has begun to write
  const parts = async () => (await filesBelow(backups)).filter((name) => name.endsWith('.part')).length;
  assert.equal(await parts(), 2);
  await makeBackup(ports, settings, embedded);
  assert.equal(await parts(), 2, 'the other process is still writing');
  child.kill('SIGKILL');
  await exited;
  const old = join(backups, 'files', 'old.age.2b1c.part');
  await writeFile(old, 'of a version before');
  const longAgo = new Date(Date.now() - 2 * 86_400_000);
  await utimes(old, longAgo, longAgo);
  assert.equal(await parts(), 3);
  await makeBackup(ports, settings, { ...embedded, now: new Date(Date.now() + 60_000) });
  assert.equal(await parts(), 0);
});

async function filesBelow(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}
