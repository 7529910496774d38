import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { publicHolidays } from '@alzette/kit/calendar';
import type { Calendar, Holidays } from '../contract/calendar.ts';
import { CalendarHours } from '../evaluate/calendar-hours.ts';
import { readTimeOfDay } from './calendar-time.ts';

const PLACE = { timeZone: 'Europe/Paris', position: [5.93, 49.47] } as const;
const HOUR = 3_600_000;

function opening(calendar: Calendar, time: string, holidays: Holidays = 'fr') {
  const { truth, next } = new CalendarHours(calendar, PLACE, holidays).at(Date.parse(time));
  return { isOpen: truth, until: Number.isFinite(next) ? new Date(next).toISOString() : undefined };
}

describe('Holidays', () => {
  const cases: [Holidays, string, boolean][] = [
    ['fr-moselle', '2026-04-03', true],
    ['fr', '2026-04-03', false],
    ['lu', '2026-04-03', false],
    ['fr-moselle', '2026-12-26', true],
    ['fr', '2026-12-26', false],
    ['lu', '2026-12-26', true],
    ['fr', '2026-04-06', true],
    ['fr', '2026-05-14', true],
    ['fr', '2026-05-25', true],
    ['fr', '2027-03-29', true],
    ['lu', '2026-06-23', true],
    ['fr', '2026-06-23', false],
    ['fr', '2026-07-14', true],
    ['lu', '2026-07-14', false],
    ['de-sl', '2026-06-04', true],
    ['de-sl', '2026-08-15', true],
    ['de-sl', '2026-10-31', false],
    ['de-sl', '2026-11-01', true],
    ['de-rp', '2026-08-15', false],
    ['de-rp', '2026-10-03', true],
    ['de-rp', '2026-07-14', false],
    ['de-sn', '2026-11-18', true],
    ['de-sn', '2028-11-22', true],
    ['de-sn', '2027-11-17', true],
    ['de-st', '2026-01-06', true],
    ['de-hh', '2017-10-30', false],
    ['de-ni', '2016-10-31', false],
    ['de-ni', '2026-10-31', true],
    ['de-mv', '2022-03-08', false],
    ['de-mv', '2023-03-08', true],
    ['de-bb', '2026-04-05', true],
    ['de-be', '2026-04-05', false],
    ['de-be', '2026-04-03', true],
  ];
  for (const [whose, day, expected] of cases) {
    test(`${day} is ${expected ? 'a holiday' : 'no holiday'} in ${whose}`, () => {
      assert.equal(publicHolidays(whose, Number(day.slice(0, 4))).has(day.slice(5)), expected);
    });
  }
});

describe('The hours of a calendar', () => {
  test('are open on the listed days, between their times', () => {
    const workdays = { days: [1, 2, 3, 4, 5], from: '06:00', to: '20:00' };
    assert.deepEqual(opening(workdays, '2026-11-27T12:00:00+01:00'), {
      isOpen: true,
      until: '2026-11-27T19:00:00.000Z',
    });
    assert.deepEqual(opening(workdays, '2026-11-27T20:00:00+01:00'), {
      isOpen: false,
      until: '2026-11-30T05:00:00.000Z',
    });
  });

  test('skip holidays, of Moselle or of the rest of France', () => {
    const calendar: Calendar = { from: '08:00', to: '18:00', holidays: 'skip' };
    const goodFriday = '2026-04-03T10:00:00+02:00';
    assert.equal(opening(calendar, goodFriday, 'fr-moselle').isOpen, false);
    assert.equal(opening(calendar, goodFriday, 'fr').isOpen, true);
    assert.equal(opening({ ...calendar, holidays: 'only' }, goodFriday, 'fr-moselle').isOpen, true);
  });

  test('continue past midnight, and a night belongs to the day it begins on', () => {
    const fridays = { days: [5], from: '22:00', to: '05:00' };
    assert.equal(opening(fridays, '2026-11-28T04:59:00+01:00').isOpen, true);
    assert.equal(opening(fridays, '2026-11-28T22:30:00+01:00').isOpen, false);
  });

  test('are always open without conditions, and consecutive whole days are one period', () => {
    assert.equal(opening({}, '2026-11-27T12:00:00Z').isOpen, true);
    assert.deepEqual(opening({ days: [6, 7] }, '2026-11-28T12:00:00Z'), {
      isOpen: true,
      until: '2026-11-29T23:00:00.000Z',
    });
  });

  const nights: [string, string, number][] = [
    ['2026-03-28', 'into summer time', 9],
    ['2026-10-24', 'into winter time', 11],
    ['2026-11-27', 'as most are', 10],
  ];
  for (const [evening, what, hours] of nights) {
    test(`a night from 21:00 to 07:00 lasts ${hours} hours: ${what}`, () => {
      const calendar = new CalendarHours({ from: '21:00', to: '07:00' }, PLACE, 'fr');
      const opens = calendar.at(Date.parse(`${evening}T12:00:00Z`)).next;
      assert.equal((calendar.at(opens).next - opens) / HOUR, hours);
    });
  }

  for (const [day, hours] of [
    ['2026-03-29', 23],
    ['2026-10-25', 25],
  ] as const) {
    test(`${day} lasts ${hours} hours`, () => {
      const calendar = new CalendarHours({ days: [7] }, PLACE, 'fr');
      const opens = calendar.at(Date.parse(`${day}T00:00:00Z`) - 12 * HOUR).next;
      assert.equal((calendar.at(opens).next - opens) / HOUR, hours);
    });
  }

  test('follow the sun, with an offset', () => {
    const { isOpen, until } = opening({ from: 'sunset+PT30M', to: 'sunrise-PT30M' }, '2026-11-28T00:00:00+01:00');
    assert.equal(isOpen, true);
    // By the almanac, sunrise is at 8:03 on that day.
    assert.ok(Math.abs(Date.parse(until ?? '') - Date.parse('2026-11-28T06:33:00Z')) < 4 * 60_000, until);
    assert.equal(opening({ from: 'sunrise', to: 'sunset' }, '2026-06-21T21:30:00+02:00').isOpen, true);
    assert.equal(opening({ from: 'sunrise', to: 'sunset' }, '2026-12-21T17:30:00+01:00').isOpen, false);
  });

  test('accept no other words for times', () => {
    for (const text of ['24:00', '7:00', 'noon', 'sunset+30', 'sunset+P1M']) {
      assert.equal(readTimeOfDay(text), undefined, text);
    }
  });
});
