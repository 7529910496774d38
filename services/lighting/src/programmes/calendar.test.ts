import assert from 'node:assert/strict';
import { test } from 'node:test';
import { programmeOn } from './calendar.ts';

const FEAST = '2026-06-21';
const CALENDAR = {
  defaultProgramme: 'usual',
  rules: [
    { name: 'Street party', dates: [FEAST], zones: ['Thil/Rue du Moulin'], programme: 'street' },
    { name: 'Feast', dates: [FEAST], zones: ['Thil', 'drawn-1'], programme: 'feast' },
  ],
};

test('a night by date applies in its street, its commune and its drawn zone, the first rule first, and nowhere else', () => {
  const programmeIn = (...zones: string[]) => programmeOn(CALENDAR, FEAST, zones).programme;
  assert.equal(programmeIn('Thil', 'Thil/Rue du Moulin'), 'street');
  assert.equal(programmeIn('Thil', 'Thil/Rue Pasteur'), 'feast');
  assert.equal(programmeIn('Villerupt', 'Villerupt/Rue du Moulin', 'drawn-1'), 'feast');
  assert.equal(programmeIn('Villerupt', 'Villerupt/Rue du Moulin'), 'usual');
  assert.equal(programmeIn(), 'usual');
  assert.equal(programmeOn(CALENDAR, '2026-06-22', ['Thil']).programme, 'usual');
});

/** A rule and the dates on which it holds, and does not. */
const RULES: readonly (readonly [title: string, rule: object, on: readonly string[], off: readonly string[]])[] = [
  ['always', {}, ['2026-01-01', '2026-12-31'], []],
  // 2026-06-19 is a Friday.
  ['on Fridays and Saturdays', { weekdays: [5, 6] }, ['2026-06-19', '2026-06-20'], ['2026-06-18', '2026-06-21']],
  ['from a date on', { from: '2026-06-20' }, ['2026-06-20', '2027-01-01'], ['2026-06-19', '2025-12-31']],
  ['until a date', { to: '2026-06-20' }, ['2026-06-20', '2025-12-31'], ['2026-06-21', '2027-01-01']],
  [
    'between dates',
    { from: '2026-06-20', to: '2026-06-21' },
    ['2026-06-20', '2026-06-21'],
    ['2026-06-19', '2026-06-22'],
  ],
  [
    'between days of each year',
    { from: '06-20', to: '06-21' },
    ['2026-06-20', '2030-06-21'],
    ['2026-06-19', '2026-06-22'],
  ],
  [
    'over the turn of the year',
    { from: '12-20', to: '01-05' },
    ['2026-12-20', '2026-12-31', '2027-01-05'],
    ['2026-12-19', '2027-01-06', '2026-06-20'],
  ],
  ['from a day of each year on', { from: '12-20' }, ['2026-12-20', '2030-12-31'], ['2026-12-19', '2027-01-01']],
  ['until a day of each year', { to: '01-05' }, ['2026-01-05', '2030-01-01'], ['2026-01-06', '2026-12-31']],
  [
    'between dates in the wrong order: never',
    { from: '2026-06-21', to: '2026-06-20' },
    [],
    ['2026-06-20', '2026-06-21'],
  ],
  ['on Fridays until a date', { weekdays: [5], to: '2026-06-20' }, ['2026-06-19'], ['2026-06-26', '2026-06-20']],
];

for (const [title, rule, on, off] of RULES) {
  test(`a rule that holds ${title}`, () => {
    const calendar = { defaultProgramme: 'usual', rules: [{ name: title, programme: 'special', ...rule }] };
    const programmes = (dates: readonly string[]) => dates.map((date) => programmeOn(calendar, date).programme);
    assert.deepEqual(
      programmes(on),
      on.map(() => 'special'),
    );
    assert.deepEqual(
      programmes(off),
      off.map(() => 'usual'),
    );
  });
}

test('the rule that decided is told', () => {
  assert.equal(programmeOn(CALENDAR, FEAST, ['Thil']).rule?.name, 'Feast');
  assert.equal(programmeOn(CALENDAR, FEAST).rule, undefined);
});
