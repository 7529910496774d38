import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openDatabase } from '@alzette/broker';
import { makeBackup, restoreBackup, restoreSettings, testRestore } from '../src/backups.ts';
import { differences } from '../src/databases/table-sums.ts';
import { FILES, startTown } from './support/town.ts';

const SERVER = process.env.TEST_DATABASE_URL ?? '';
const kinds = [{ label: 'the embedded database' }, ...(SERVER ? [{ label: 'PostgreSQL', url: SERVER }] : [])];

for (const { label, url } of kinds) {
  test(`${label} is backed up encrypted, and every row and file is restored`, async (t) => {
    const { db, ports, settings, folder, emptyPlace } = await startTown(t, url);
    const embedded = url === undefined ? { embedded: db } : {};
    const { target, key } = settings;
    const work = settings.folder;

    const first = await makeBackup(ports, settings, { ...embedded, now: new Date('2026-11-26T02:30:00Z') });
    assert.deepEqual([first.name, first.files, first.newFiles], ['2026-11-26T023000Z', 2, 2]);
    // An embedded database may start with the tables of the product.
    assert.ok(first.tables >= 4 && first.rows >= 2504, `${first.tables} tables, ${first.rows} rows`);
    for (const name of await readdir(join(folder, 'backups'), { recursive: true })) {
      const bytes = await readFile(join(folder, 'backups', name)).catch(() => Buffer.alloc(0)); // a folder
      assert.ok(!bytes.includes('a known') && !bytes.includes('lamp'), `${name} can be read by nobody`);
    }
    await db.query({ text: `UPDATE lamp SET level = 7 WHERE id = 'lamp 3'` });
    const second = await makeBackup(ports, settings, { ...embedded, now: new Date('2026-11-27T02:30:00Z') });
    assert.deepEqual([second.files, second.newFiles, second.removed], [2, 0, []], 'files are written once');

    const place = settings.place;
    const tried = await testRestore(ports, { target, key, folder: work, place });
    assert.deepEqual([tried.name, tried.faults, tried.rows, tried.files], [second.name, [], first.rows, 2]);
    assert.deepEqual(await readdir(work), [], 'nothing is left of it');

    const empty = await emptyPlace();
    const files = new Map<string, Buffer>();
    const restore = { target, key, folder: work, place: empty, name: first.name };
    const restored = await restoreBackup(ports, restore, async (name, bytes) => void files.set(name, bytes));
    assert.deepEqual(restored.faults, []);
    assert.deepEqual(Object.fromEntries(files), FILES);
    const copy = await ports.openDatabase(empty);
    const levels = await copy.query<{ level: number }>({ text: `SELECT level FROM lamp WHERE id = 'lamp 3'` });
    assert.ok(Math.abs((levels.rows[0]?.level ?? 0) - 0.3) < 1e-9, 'as it was at the first backup');
    await copy.query({ text: `INSERT INTO "Odd name" ("the text") VALUES ('goes on')` });
    const next = await copy.query<{ id: number }>({ text: `SELECT max(id) AS id FROM "Odd name"` });
    assert.ok((next.rows[0]?.id ?? 0) >= 3, 'sequences go on where they were');
    await copy.close();
    await restoreSettings(restored.manifest, join(folder, 'restored'));
    assert.match(await readFile(join(folder, 'restored/settings.env'), 'utf8'), /^SECRET_KEY="a known secret"$/m);
    assert.match(await readFile(join(folder, 'restored/territory/territory.yaml'), 'utf8'), /name:/);
    await assert.rejects(restoreBackup(ports, restore), /expected an empty/, 'nothing is overwritten');

    await db.query({ text: `DELETE FROM files.file WHERE id = 'plan'` });
    const third = await makeBackup(ports, settings, { ...embedded, now: new Date('2026-11-28T02:30:00Z') });
    assert.deepEqual([third.removed, third.files], [[first.name], 1]);
    assert.deepEqual(await readdir(join(folder, 'backups/files/metz/pl')), ['plan.master.age'], 'the second has it');
    await makeBackup(ports, settings, { ...embedded, now: new Date('2026-11-29T02:30:00Z') });
    assert.deepEqual(await readdir(join(folder, 'backups/files/metz/pl')), [], 'no backup has it any more');
  });
}

test('a user who owns the database and has no other rights restores it', { skip: !SERVER }, async (t) => {
  const server = await openDatabase({ url: SERVER });
  const role = `backups_${randomBytes(4).toString('hex')}`;
  await server.query({ text: `CREATE ROLE ${role} LOGIN PASSWORD '${role}'` });
  const { ports, settings, emptyPlace } = await startTown(t, SERVER, { role });
  t.after(async () => {
    await server.query({ text: `DROP ROLE ${role}` });
    await server.close();
  });
  await makeBackup(ports, settings);
  const { target, key, folder } = settings;
  const restored = await restoreBackup(ports, { target, key, folder, place: await emptyPlace() });
  assert.deepEqual(restored.faults, []);
});

test('tables that differ are reported', () => {
  const sums = [
    { table: 'lamp', rows: 2, sum: '10' },
    { table: 'alarm', rows: 1, sum: '5' },
    { table: 'rule', rows: 1, sum: '5' },
  ];
  assert.deepEqual(differences(sums, sums), []);
  const found = [
    { table: 'lamp', rows: 2, sum: '11' },
    { table: 'alarm', rows: 0, sum: '0' },
    sums[2] ?? never(),
    other,
  ];
  assert.deepEqual(differences(sums, found), [
    'lamp has 2 rows, of which some are not as they were',
    'alarm has 0 rows, expected 1',
    'other was not in the backup',
  ]);
  assert.deepEqual(differences(sums, sums.slice(1)), ['lamp is missing']);
});

const other = { table: 'other', rows: 0, sum: '0' };

function never(): never {
  throw new Error('there are three');
}
