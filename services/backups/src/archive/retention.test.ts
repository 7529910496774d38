import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backupName } from './manifest.ts';
import { outlived, readRetention } from './retention.ts';

const DAY_MS = 86_400_000;

test('the latest backup of each day, week and month stays', () => {
  const end = Date.UTC(2026, 10, 28, 2, 30); // a Saturday
  const names = Array.from({ length: 400 }, (_, i) => backupName(new Date(end - i * DAY_MS)));
  const expired = new Set(outlived(names, { days: 3, weeks: 3, months: 4 }));
  const kept = names.filter((name) => !expired.has(name)).map((name) => name.slice(0, 10));
  assert.deepEqual(kept, [
    '2026-11-28',
    '2026-11-27',
    '2026-11-26',
    '2026-11-22', // Sundays
    '2026-11-15',
    '2026-10-31',
    '2026-09-30',
    '2026-08-31',
  ]);
});

test('of several on one day the latest stays, and the newest one always', () => {
  const names = ['2026-11-27T023000Z', '2026-11-28T023000Z', '2026-11-28T120000Z', '2026-11-28T120001Z'];
  assert.deepEqual(outlived(names, { days: 2, weeks: 0, months: 0 }), ['2026-11-28T023000Z', '2026-11-28T120000Z']);
  assert.deepEqual(outlived(names.slice(0, 1), { days: 0, weeks: 0, months: 1 }), []);
});

test('retention settings are parsed', () => {
  assert.deepEqual(readRetention('7d 5w 12m'), { days: 7, weeks: 5, months: 12 });
  for (const text of ['', '7', '7d', '0d 0w 0m', '7d 5w', '-1d 5w 12m']) assert.equal(readRetention(text), undefined);
});
