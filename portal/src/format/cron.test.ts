import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rhythmOf } from './cron.ts';

for (const [cron, rhythm] of [
  ['* * * * *', { every: 'minutes', count: 1 }],
  ['*/5 * * * *', { every: 'minutes', count: 5 }],
  ['7 * * * *', { every: 'hours', count: 1, minute: '07' }],
  ['17 */3 * * *', { every: 'hours', count: 3, minute: '17' }],
  ['20 3 * * *', { every: 'day', time: '03:20' }],
  ['0 4 * * 0', { every: 'week', time: '04:00', weekday: 0 }],
  ['0 4 * * 7', { every: 'week', time: '04:00', weekday: 0 }],
  ['0 6 1 * *', { every: 'month', time: '06:00', day: 1 }],
  ['0 6 1 1 *', undefined],
  ['0,30 6 * * *', undefined],
  ['0 6 1 * 1', undefined],
] as const) {
  test(`the recurrence of ${cron}`, () => assert.deepEqual(rhythmOf(cron), rhythm));
}
