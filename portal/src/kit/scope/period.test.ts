import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePeriod } from './period.ts';

const NOW = Date.parse('2026-02-03T12:00:00');

for (const [text, from, to, name] of [
  ['7d', NOW - 7 * 86_400_000, NOW, '7d'],
  ['', NOW - 86_400_000, NOW, '24h'],
  ['3 weeks', NOW - 86_400_000, NOW, '24h'],
  ['2026-01-01_2026-01-31', Date.parse('2026-01-01T00:00:00'), Date.parse('2026-01-31T23:59:59.999'), undefined],
  ['2026-01-01_2026-01-01', Date.parse('2026-01-01T00:00:00'), Date.parse('2026-01-01T23:59:59.999'), undefined],
  ['2026-01-31_2026-01-01', NOW - 86_400_000, NOW, '24h'],
  ['2026-13-45_2026-13-46', NOW - 86_400_000, NOW, '24h'],
] as const) {
  test(`the period "${text}"`, () => {
    const period = parsePeriod(text, NOW);
    assert.deepEqual([period.from, period.to, period.name], [from, to, name]);
  });
}
