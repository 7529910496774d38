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
