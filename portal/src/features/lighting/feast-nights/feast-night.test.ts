import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Assignment, StrategyDocument } from '@alzette/lighting/contract';
import { feastNightsOf, otherStrategyIn, rivalsOf, withFeastNight, withoutFeastNight } from './feast-night.ts';

const SUMMER = { name: 'Summer', from: '06-01', to: '08-31', programme: 'usual' };
const DOCUMENT: StrategyDocument = {
  name: 'Half from nine',
  on: 'sunset',
  off: 'sunrise',
  programmes: { usual: { level: 1, slots: [{ from: '21:00', to: '05:30', level: 0.5 }] } },
  calendar: { rules: [SUMMER], defaultProgramme: 'usual' },
};
const FEAST = {
  name: 'Fête de la musique',
  askedBy: 'Mairie',
  date: '2026-06-21',
  from: '21:00',
  to: '02:00',
  level: 1,
  zones: ['Villerupt/Rue Pasteur'],
};

test('a feast night goes before the seasons, with its level over the usual ones, and is removed whole', () => {
  const body = withFeastNight(DOCUMENT, FEAST);
  assert.deepEqual(body.calendar?.rules, [
    {
      name: 'Fête de la musique',
      dates: ['2026-06-21'],
      askedBy: 'Mairie',
      zones: ['Villerupt/Rue Pasteur'],
      programme: 'night-2026-06-21',
    },
    SUMMER,
  ]);
  assert.deepEqual(body.programmes?.['night-2026-06-21'], {
    level: 1,
    slots: [
      { from: '21:00', to: '05:30', level: 0.5 },
      { from: '21:00', to: '02:00', level: 1 },
    ],
  });
  const saved = body as StrategyDocument;
  const [night] = feastNightsOf(saved);
  assert.deepEqual(night && withoutFeastNight(saved, night), DOCUMENT);
});

test('two nights of one evening are rivals where they meet: a commune meets its streets', () => {
  const saved = withFeastNight(DOCUMENT, FEAST) as StrategyDocument;
  const rivals = (zones: string[], date = FEAST.date) => rivalsOf(saved, { date, zones }).length;
  assert.deepEqual(
    [
      rivals([]),
      rivals(['Villerupt']),
      rivals(['Thil']),
      rivals(['Villerupt/Rue du Moulin']),
      rivals([], '2026-06-22'),
    ],
    [1, 1, 0, 0, 0],
  );
});

test('a night says where another strategy runs', () => {
  const assignments = [
    { kind: 'all', zone: '', from: '2026-01-01', strategy: 'usual', version: 1 },
    { kind: 'commune', zone: 'Thil', from: '2026-01-01', strategy: 'dark', version: 1 },
  ] as Assignment[];
  const other = (...zones: string[]) => otherStrategyIn(assignments, 'usual', { date: FEAST.date, zones });
  assert.equal(other(), undefined);
  assert.deepEqual(other('Villerupt', 'Thil/Rue du Moulin'), { zone: 'Thil/Rue du Moulin', strategy: 'dark' });
});
