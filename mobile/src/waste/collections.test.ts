import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { byMonth, type Collection, collectionDays, daysBetween, nextDay } from './collections.ts';

const of = (day: string, kind: string, more: Partial<Collection> = {}): Collection => {
  return { day, kind, title: kind, putOut: '19:00', ...more };
};
const COLLECTIONS = [
  of('2026-11-27', 'paper'),
  of('2026-12-26', 'residual', { shiftedFrom: '2026-12-25', holiday: 'Noël' }),
  of('2026-11-28', 'residual'),
  of('2026-11-28', 'packaging'),
];
const days = collectionDays(COLLECTIONS, '2026-11-28');

test('collectionDays groups collections by day from today on, and marks those moved by a holiday', () => {
  assert.deepEqual(
    days.map(({ day, collections, shifted }) => [day, collections.map(({ kind }) => kind), shifted]),
    [
      ['2026-11-28', ['residual', 'packaging'], undefined],
      ['2026-12-26', ['residual'], { from: '2026-12-25', holiday: 'Noël' }],
    ],
  );
  assert.deepEqual(
    byMonth(days).map(({ month }) => month),
    ['2026-11', '2026-12'],
  );
});

describe('nextDay', () => {
  const table: [today: string, hour: number, day: string | undefined][] = [
    ['2026-11-28', 8, '2026-11-28'],
    ['2026-11-28', 13, '2026-12-26'],
    ['2026-11-27', 23, '2026-11-28'],
    ['2026-12-27', 0, undefined],
  ];
  for (const [today, hour, day] of table) {
    test(`on ${today} at ${hour}: ${day}`, () => assert.equal(nextDay(days, today, hour)?.day, day));
  }
});

test('whole days are counted', () => {
  assert.equal(daysBetween('2026-11-28', '2026-12-02'), 4);
});
