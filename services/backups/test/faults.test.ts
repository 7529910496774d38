import assert from 'node:assert/strict';
import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { startSftpServer } from '../../../iot-agents/test/support/sftp-server.ts';
import { makeBackup, newIdentity, readIdentity, testRestore } from '../src/backups.ts';
import { startTown } from './support/town.ts';

const url = process.env.TEST_DATABASE_URL;

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
  assert.equal(rows, 2504, 'the database is there for all that');

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

async function filesBelow(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}
