import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concurrentIndexes } from './concurrent-indexes.ts';
import { breaksEarlierVersion, holdsUpWriters } from './migration-rules.ts';
import { sqlStatements } from './sql-statements.ts';

test('lists what a migration removes that an earlier version may need', () => {
  assert.deepEqual(breaksEarlierVersion('ALTER TABLE lamp ADD COLUMN level float8; -- DROP TABLE lamp'), []);
  assert.deepEqual(breaksEarlierVersion('CREATE TYPE a AS ENUM (); CREATE INDEX ON lamp (id)'), []);
  assert.deepEqual(
    breaksEarlierVersion(`ALTER TABLE lamp drop  column level; ALTER TABLE lamp RENAME TO light;
      ALTER TABLE lamp ALTER COLUMN id TYPE bigint, ALTER COLUMN at SET NOT NULL`),
    ['drop column', 'RENAME', 'SET NOT NULL', 'ALTER COLUMN id TYPE'],
  );
});

test('splits statements, not bodies, texts and comments', () => {
  assert.deepEqual(
    sqlStatements(`SELECT 'a;  b'  , 1; -- no; none
      DO $x$ BEGIN; /* ; */ END $x$;;
      SELECT /* ; */ 2`),
    [`SELECT 'a;  b' , 1`, 'DO $x$ BEGIN; /* ; */ END $x$', 'SELECT 2'],
  );
});

for (const [sql, found] of [
  ['CREATE INDEX lamp_at ON lamp (at)', ['creates an index']],
  ['create unique index if not exists\n lamp_at ON city.lamp (at)', ['creates an index']],
  ['CREATE INDEX CONCURRENTLY lamp_at ON lamp (at)', []],
  ['CREATE TABLE lamp (at timestamptz); CREATE INDEX lamp_at ON lamp (at)', []],
  [`ALTER TABLE lamp ADD COLUMN level float8, ADD COLUMN name text NOT NULL DEFAULT ''`, []],
  ['ALTER TABLE lamp ADD COLUMN noted timestamptz NOT NULL DEFAULT now()', []],
  ['ALTER TABLE lamp ADD COLUMN code uuid DEFAULT gen_random_uuid()', ['adds a column']],
  ['ALTER TABLE lamp ADD COLUMN level float8 NOT NULL', ['adds a column']],
  ['ALTER TABLE lamp ADD CONSTRAINT bright CHECK (level > 0)', ['checks each row']],
  ['ALTER TABLE lamp ADD CONSTRAINT bright CHECK (level IN (1, 2)) NOT VALID', []],
  ['ALTER TABLE lamp ALTER COLUMN level TYPE numeric', ['writes or reads each row']],
  ['UPDATE lamp SET level = 0', ['changes rows']],
  ['DELETE FROM lamp', ['deletes rows']],
  ['INSERT INTO word SELECT DISTINCT name FROM lamp', ['reads all rows']],
  [`INSERT INTO word VALUES ('a')`, []],
  ['-- few rows: word, lamp\nUPDATE lamp SET level = 0', []],
  [`CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ UPDATE lamp SET level = 0; UPDATE lamp SET level = 1 $$`, []],
] as const) {
  test(`${found.length > 0 ? 'finds' : 'allows'} ${sql.replaceAll('\n', ' ')}`, () => {
    const lines = holdsUpWriters(sql);
    assert.equal(lines.length, found.length, lines.join('\n'));
    for (const [at, line] of lines.entries()) assert.ok(line.includes(found[at] ?? ''), line);
  });
}

test('creates indexes concurrently only in a migration of their own, each with a name', () => {
  const sql =
    'CREATE UNIQUE INDEX CONCURRENTLY lamp_at ON lamp (at); -- as well\nCREATE INDEX CONCURRENTLY b ON lamp (b);';
  assert.deepEqual(
    concurrentIndexes(sql)?.map(({ name }) => name),
    ['lamp_at', 'b'],
  );
  assert.equal(concurrentIndexes('CREATE INDEX lamp_at ON lamp (at)'), undefined);
  assert.throws(() => concurrentIndexes(`${sql} SELECT 1`), /got "SELECT 1", expected only CREATE/);
  assert.throws(() => concurrentIndexes('CREATE INDEX CONCURRENTLY ON lamp (at)'), /CONCURRENTLY name/);
});
