import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PlannedStatements } from './planned-statements.ts';

test('a text is named from its third execution on, a long one never', () => {
  const statements = new PlannedStatements();
  const names = [1, 2, 3, 4].map(() => statements.statement('SELECT 1', []).name);
  assert.deepEqual(names.slice(0, 2), [undefined, undefined]);
  assert.match(String(names[2]), /^planned-/);
  assert.equal(names[3], names[2]);
  for (let times = 0; times < 5; times++) assert.equal(statements.statement('x'.repeat(30_000), []).name, undefined);
});

test('the memory for texts is limited in bytes', () => {
  const statements = new PlannedStatements();
  for (let n = 0; n < 2_000; n++) statements.statement(`${n} ${'x'.repeat(10_000)}`, []);
  const { entries, bytes, mostBytes } = statements.use;
  assert.ok(bytes <= mostBytes && entries > 100 && entries < 500, `${entries} texts`);
});
