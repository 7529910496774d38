import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Shift } from '../contract/contract.ts';
import { collectionDays, type Recurrence } from './collection-days.ts';

const weekly = (...byDay: string[]): Recurrence[] => [{ byDay }];

function days(rules: Recurrence[], from: string, to: string, shift: Shift, holidays: 'fr' | 'fr-moselle' | 'lu') {
  return collectionDays(rules, { from, to, shift, holidays }).map(({ day, shiftedFrom }) =>
    shiftedFrom === undefined ? day : `${shiftedFrom}>${day}`,
  );
}

describe('collection days', () => {
  test('repeat every week or every other week from a first one, except on excluded days', () => {
    assert.deepEqual(days(weekly('Tuesday'), '2026-06-01', '2026-06-16', 'none', 'fr'), [
      '2026-06-02',
      '2026-06-09',
      '2026-06-16',
    ]);
    const other: Recurrence = { byDay: ['Thursday'], repeatFrequency: 'P2W', startDate: '2026-06-04' };
    assert.deepEqual(days([other], '2026-06-01', '2026-07-02', 'none', 'fr'), [
      '2026-06-04',
      '2026-06-18',
      '2026-07-02',
    ]);
    assert.deepEqual(days([{ ...other, exceptDate: ['2026-06-18'] }], '2026-06-05', '2026-06-30', 'none', 'fr'), []);
  });

  test('after a holiday are a day later for the rest of the week', () => {
    // Easter Monday 2026 is 6 April.
    assert.deepEqual(days(weekly('Monday', 'Wednesday'), '2026-04-06', '2026-04-13', 'restOfWeek', 'fr'), [
      '2026-04-06>2026-04-07',
      '2026-04-08>2026-04-09',
      '2026-04-13',
    ]);
  });

  test('on each side of the border follow the holidays of their own commune', () => {
    // 26 December 2025 is a Friday: a holiday in Moselle and Luxembourg, none in Meurthe-et-Moselle.
    const friday = weekly('Friday');
    assert.deepEqual(days(friday, '2025-12-22', '2025-12-30', 'dayOnly', 'fr'), ['2025-12-26']);
    assert.deepEqual(days(friday, '2025-12-22', '2025-12-30', 'dayOnly', 'fr-moselle'), ['2025-12-26>2025-12-27']);
    assert.deepEqual(days(friday, '2025-12-22', '2025-12-30', 'restOfWeek', 'fr'), ['2025-12-26>2025-12-27']);
    // Two holidays in the week move it by two days, past Sunday.
    assert.deepEqual(days(friday, '2025-12-22', '2025-12-30', 'restOfWeek', 'fr-moselle'), ['2025-12-26>2025-12-29']);
    assert.deepEqual(days(weekly('Tuesday'), '2026-06-22', '2026-06-28', 'dayOnly', 'lu'), ['2026-06-23>2026-06-24']);
    assert.deepEqual(days(weekly('Tuesday'), '2026-07-14', '2026-07-14', 'cancelled', 'fr'), []);
    assert.deepEqual(days(weekly('Tuesday'), '2026-07-14', '2026-07-14', 'none', 'fr'), ['2026-07-14']);
  });

  test('name the holiday that moved them, also across the end of the requested period', () => {
    assert.deepEqual(
      collectionDays(weekly('Friday'), { from: '2026-05-01', to: '2026-05-02', shift: 'dayOnly', holidays: 'fr' }),
      [{ day: '2026-05-02', shiftedFrom: '2026-05-01', holiday: 'labourDay' }],
    );
    const extra = ['2026-05-06'];
    assert.deepEqual(
      collectionDays([], { from: '2026-05-01', to: '2026-05-31', shift: 'none', holidays: 'fr', extra }),
      [{ day: '2026-05-06' }],
    );
  });
});
