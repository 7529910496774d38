import assert from 'node:assert/strict';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { eachDatabase, freshTenant } from '@alzette/broker/test-support';
import { migrate } from '@alzette/kit/migrate';
import type { Database } from '../../src/database/database.ts';

async function folder(t: TestContext, files: Record<string, string>) {
  const directory = await mkdtemp(join(tmpdir(), 'migrations-'));
  t.after(() => rm(directory, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  return { directory, url: pathToFileURL(directory) };
}

async function applied(db: Database, packageName: string) {
  const { rows } = await db.query<{ name: string }>({
    text: 'SELECT name FROM migration WHERE package = $1 ORDER BY number',
    values: [packageName],
  });
  return rows.map(({ name }) => name);
}

eachDatabase('migrate', (test, { kind }) => {
  test('applies each file once, in order, with concurrent starts', async (t, db) => {
    const name = freshTenant();
    const { url, directory } = await folder(t, {
      '001-first.sql': `CREATE TABLE ${name} (n integer); INSERT INTO ${name} VALUES (1);`,
      '002-second.sql': `INSERT INTO ${name} SELECT n + 1 FROM ${name}`,
    });
    await Promise.all(Array.from({ length: 5 }, () => migrate(db, url, name)));
    await writeFile(join(directory, '010-third.sql'), `INSERT INTO ${name} VALUES (10)`);
    await migrate(db, url, name);
    const { rows } = await db.query({ text: `SELECT n FROM ${name} ORDER BY n` });
    assert.deepEqual(rows, [{ n: 1 }, { n: 2 }, { n: 10 }]);
    assert.deepEqual(await applied(db, name), ['001-first.sql', '002-second.sql', '010-third.sql']);
  });

  test('rolls back a failing file, and names it', async (t, db) => {
    const name = freshTenant();
    const { url } = await folder(t, {
      '001-good.sql': `CREATE TABLE ${name} (n integer)`,
      '002-bad.sql': `INSERT INTO ${name} VALUES (1); SELECT nonsense`,
    });
    await assert.rejects(migrate(db, url, name), /002-bad\.sql of .* failed: .*nonsense/);
    assert.deepEqual(await applied(db, name), ['001-good.sql']);
    assert.equal((await db.query({ text: `SELECT n FROM ${name}` })).rowCount, 0);
  });

  test('refuses files that are renamed, missing, or inserted before applied ones', async (t, db) => {
    const name = freshTenant();
    const { url, directory } = await folder(t, { '002-one.sql': 'SELECT 1', '003-two.sql': 'SELECT 1' });
    await migrate(db, url, name);

    await writeFile(join(directory, '001-late.sql'), 'SELECT 1');
    await assert.rejects(migrate(db, url, name), /has 002-one\.sql applied at place 1.*001-late\.sql/);
    await rm(join(directory, '001-late.sql'));
    await rename(join(directory, '002-one.sql'), join(directory, '002-uno.sql'));
    await assert.rejects(migrate(db, url, name), /002-uno\.sql/);
    await rename(join(directory, '002-uno.sql'), join(directory, '002-one.sql'));
    await rm(join(directory, '003-two.sql'));
    await assert.rejects(migrate(db, url, name), /has 003-two\.sql applied at place 2, but this version has no file/);
  });

  test('refuses file names without a clear order', async (t, db) => {
    const { url } = await folder(t, { 'first.sql': 'SELECT 1' });
    await assert.rejects(migrate(db, url, freshTenant()), /first\.sql .* is not named like 001-what-it-does\.sql/);
    const { url: twins } = await folder(t, { '001-a.sql': 'SELECT 1', '01-b.sql': 'SELECT 1' });
    await assert.rejects(migrate(db, twins, freshTenant()), /share a number/);
  });

  test('creates indexes outside a transaction, also where an attempt before was interrupted', async (t, db) => {
    const name = freshTenant();
    const { url, directory } = await folder(t, { '001-table.sql': `CREATE TABLE ${name} (n integer, m integer)` });
    await migrate(db, url, name);
    const valid = async () => {
      const { rows } = await db.query<{ name: string; valid: boolean }>({
        text: 'SELECT indexrelid::regclass::text AS name, indisvalid AS valid FROM pg_index WHERE indrelid = $1::regclass ORDER BY 1',
        values: [name],
      });
      return rows.map((row) => `${row.name} ${row.valid}`);
    };
    if (kind === 'postgres') {
      // Fails for the rows that are there, and leaves an index that is not valid.
      await db.query({ text: `INSERT INTO ${name} VALUES (1, 1), (1, 2)` });
      const failing = db.query({ text: `CREATE UNIQUE INDEX CONCURRENTLY ${name}_n ON ${name} (n)` });
      await assert.rejects(failing, /could not create unique index/);
      assert.deepEqual(await valid(), [`${name}_n false`]);
      await db.query({ text: `DELETE FROM ${name}` });
    }
    const sql = `CREATE UNIQUE INDEX CONCURRENTLY ${name}_n ON ${name} (n);\nCREATE INDEX CONCURRENTLY ${name}_m ON ${name} (m); -- both`;
    await writeFile(join(directory, '002-indexes.sql'), sql);
    await Promise.all([1, 2, 3].map(() => migrate(db, url, name)));
    assert.deepEqual(await valid(), [`${name}_m true`, `${name}_n true`]);
    assert.deepEqual(await applied(db, name), ['001-table.sql', '002-indexes.sql']);
  });

  // The embedded database has one transaction at a time.
  if (kind !== 'postgres') return;
  test('lets writers pass while it waits for a table that a long transaction reads', async (t, db) => {
    const name = freshTenant();
    const { url, directory } = await folder(t, { '001-table.sql': `CREATE TABLE ${name} (n integer)` });
    await migrate(db, url, name);
    await writeFile(join(directory, '002-column.sql'), `ALTER TABLE ${name} ADD COLUMN m integer`);
    let migrating: Promise<void> | undefined;
    await db.transaction(async (tx) => {
      await tx.query({ text: `SELECT FROM ${name}` });
      migrating = migrate(db, url, name);
      const waiting = `SELECT FROM pg_locks WHERE relation = $1::regclass AND NOT granted`;
      while ((await db.query({ text: waiting, values: [name] })).rowCount === 0) await pause(20);
      await db.query({ text: `INSERT INTO ${name} VALUES (1)` });
      assert.deepEqual(await applied(db, name), ['001-table.sql']);
    });
    await migrating;
    assert.deepEqual(await applied(db, name), ['001-table.sql', '002-column.sql']);
  });
});
