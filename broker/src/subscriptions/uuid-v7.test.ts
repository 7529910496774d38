import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextUuidV7 } from './uuid-v7.ts';

test('ids are UUIDs v7 with the current time, each greater than the one before, also within a millisecond', () => {
  const ids = Array.from({ length: 20_000 }, nextUuidV7);
  for (const [place, id] of ids.entries()) {
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    if (place > 0) assert.ok((ids[place - 1] as string) < id, `${ids[place - 1]} before ${id}`);
  }
  const at = Number.parseInt((ids[0] as string).replaceAll('-', '').slice(0, 12), 16);
  assert.ok(Math.abs(Date.now() - at) < 5000);
});
