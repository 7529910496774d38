import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instantOf, localOf } from './zoned.ts';

test('a time of the territory is the same moment wherever the reader is, in winter and in summer', () => {
  assert.equal(instantOf('2026-01-15T08:30', 'Europe/Paris'), '2026-01-15T07:30:00.000Z');
  assert.equal(instantOf('2026-07-15T08:30', 'Europe/Paris'), '2026-07-15T06:30:00.000Z');
  assert.equal(localOf('2026-07-15T06:30:00Z', 'Europe/Paris'), '2026-07-15T08:30');
});

test('around the changes of clocks times come back as they were typed', () => {
  for (const local of ['2026-03-29T01:59', '2026-03-29T03:00', '2026-10-25T01:59', '2026-10-25T03:00'])
    assert.equal(localOf(instantOf(local, 'Europe/Paris'), 'Europe/Paris'), local);
  assert.equal(localOf(instantOf('2026-03-29T02:30', 'Europe/Paris'), 'Europe/Paris'), '2026-03-29T03:30');
});
