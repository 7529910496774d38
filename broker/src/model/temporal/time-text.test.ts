import assert from 'node:assert/strict';
import test from 'node:test';
import { dateTime, isoTime } from './time-text.ts';

test('formats times like Date, also before 1970 and beyond year 9999', () => {
  const times = [
    0,
    1,
    999,
    86_399_999,
    86_400_000,
    -1,
    -86_400_001,
    Date.UTC(2026, 1, 28, 23, 59, 59, 7),
    8.64e15,
    -8.64e15,
  ];
  for (const time of times) {
    assert.equal(isoTime(time), new Date(time).toISOString());
    assert.equal(dateTime(time), new Date(time).toISOString().replace('.000Z', 'Z'));
  }
});
