import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type OpeningHours, openAt, readOpeningHours } from './opening-hours.ts';

const HOURS = readOpeningHours(['Mo-Fr 09:00-12:00,14:00-18:00', 'Sa 09:00-17:00; PH off']) as OpeningHours;
const at = (time: string) => {
  const { open, changesAt } = openAt(HOURS, new Date(time), 'Europe/Paris', (day) => day === '2026-12-25');
  return `${open ? 'open' : 'closed'} until ${changesAt?.toISOString()}`;
};

describe('opening hours', () => {
  const cases = [
    ['2026-11-27T10:00:00+01:00', 'open until 2026-11-27T11:00:00.000Z'],
    ['2026-11-27T12:30:00+01:00', 'closed until 2026-11-27T13:00:00.000Z'],
    ['2026-11-27T18:00:00+01:00', 'closed until 2026-11-28T08:00:00.000Z'],
    ['2026-11-28T17:00:00+01:00', 'closed until 2026-11-30T08:00:00.000Z'],
    // Closed on the holiday, a Friday; summer time begins on 29 March 2026.
    ['2026-12-25T10:00:00+01:00', 'closed until 2026-12-26T08:00:00.000Z'],
    ['2026-03-28T18:00:00+01:00', 'closed until 2026-03-30T07:00:00.000Z'],
  ] as const;
  for (const [time, expected] of cases) test(`${time}: ${expected}`, () => assert.equal(at(time), expected));

  test('with an unknown format are undefined', () => {
    for (const text of ['Mon 9-12', 'Mo 12:00-09:00', 'Mo', 'week 1-3 Mo 09:00-10:00', 'Mo-Xx 09:00-10:00']) {
      assert.equal(readOpeningHours([text]), undefined, text);
    }
    assert.equal(openAt({ byDay: [], onHolidays: true }, new Date(), 'Europe/Paris', () => false).changesAt, undefined);
  });
});
