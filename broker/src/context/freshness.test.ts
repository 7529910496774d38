import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freshnessMs } from './freshness.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const HOUR = 3_600_000;

const CASES: [what: string, headers: Record<string, string>, ms: number][] = [
  ['nothing said', {}, HOUR],
  ['max-age', { 'cache-control': 'public, max-age=60' }, 60_000],
  ['s-maxage before max-age', { 'cache-control': 'max-age=60, s-maxage="120"' }, 120_000],
  ['max-age before Expires', { 'cache-control': 'MAX-AGE=60', expires: 'Mon, 01 Mar 2027 12:00:00 GMT' }, 60_000],
  ['an age already', { 'cache-control': 'max-age=60', age: '20' }, 40_000],
  ['older than its age', { 'cache-control': 'max-age=60', age: '90' }, 1_000],
  ['no-store', { 'cache-control': 'no-store' }, 1_000],
  ['no-cache', { 'cache-control': 'no-cache, max-age=60' }, 1_000],
  ['Expires', { expires: 'Sun, 01 Mar 2026 12:10:00 GMT' }, 600_000],
  [
    "Expires by the server's clock",
    { expires: 'Sun, 01 Mar 2026 11:10:00 GMT', date: 'Sun, 01 Mar 2026 11:00:00 GMT' },
    600_000,
  ],
  ['Expires in the past', { expires: 'Sun, 01 Mar 2020 12:10:00 GMT' }, 1_000],
  ['Expires: 0', { expires: '0' }, 1_000],
  ['a max-age that is no number', { 'cache-control': 'max-age=soon' }, HOUR],
  ['an endless max-age', { 'cache-control': 'max-age=99999999999999' }, 365 * 24 * HOUR],
];

for (const [what, headers, ms] of CASES) {
  test(`a context is fresh for ${ms} ms: ${what}`, () => assert.equal(freshnessMs(headers, NOW), ms));
}
