import assert from 'node:assert/strict';
import { test } from 'node:test';
import { carried } from './carried.ts';

for (const [title, from, to, expected] of [
  ['nothing to carry', { text: 'a' }, {}, undefined],
  ['commune and period go along', { commune: 'thil', period: '7d', text: 'a' }, {}, { commune: 'thil', period: '7d' }],
  ['what the link says wins', { commune: 'thil' }, { commune: 'aumetz' }, undefined],
  ['what the link has besides stays', { period: '7d' }, { tab: 'b' }, { period: '7d', tab: 'b' }],
] as const) {
  test(`from one page to the next: ${title}`, () => {
    assert.deepEqual(carried(from, to), expected);
  });
}
