import assert from 'node:assert/strict';
import { test } from 'node:test';
import { breaksEarlierVersion } from './migrate.ts';

test('lists what a migration removes that an earlier version may need', () => {
  assert.deepEqual(breaksEarlierVersion('ALTER TABLE lamp ADD COLUMN level float8; -- DROP TABLE lamp'), []);
  assert.deepEqual(breaksEarlierVersion('CREATE TYPE a AS ENUM (); CREATE INDEX ON lamp (id)'), []);
  assert.deepEqual(
    breaksEarlierVersion(`ALTER TABLE lamp drop  column level; ALTER TABLE lamp RENAME TO light;
      ALTER TABLE lamp ALTER COLUMN id TYPE bigint, ALTER COLUMN at SET NOT NULL`),
    ['drop column', 'RENAME', 'SET NOT NULL', 'ALTER COLUMN id TYPE'],
  );
});
