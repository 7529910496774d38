import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Board, Departure } from '@alzette/mobility/contract';
import { minutesUntil, shownDepartures, type Timetable } from './board.ts';

const NOW = Date.parse('2026-11-28T10:00:00Z');
const MINUTE = 60_000;
const departure = (id: string, minutes: number, more: Partial<Departure> = {}): Departure => {
  const at = new Date(NOW + minutes * MINUTE).toISOString();
  return {
    id,
    stop: 's',
    line: '1',
    headSign: 'x',
    mode: 'bus',
    planned: at,
    expected: at,
    status: 'scheduled',
    operator: 'o',
    ...more,
  };
};
const board = (departures: Departure[], age: number) => {
  const value: Board = { stops: [], sources: [], disruptions: [], departures };
  return { value, at: NOW - age * MINUTE };
};
const timetable = (departures: Departure[], from = '2026-11-27T23:00:00Z', to = '2026-11-29T23:00:00Z'): Timetable => {
  return { from, to, departures };
};

describe('shownDepartures', () => {
  const late = departure('late', -3, { expected: new Date(NOW + 2 * MINUTE).toISOString(), status: 'realTime' });
  const table: [
    what: string,
    board: Parameters<typeof shownDepartures>[1],
    timetables: Timetable[],
    basis: string,
    ids: string[],
  ][] = [
    ['nothing is known', undefined, [], 'none', []],
    ['an answer of now', board([late, departure('gone', -5)], 0), [], 'live', ['late']],
    [
      'an answer of now goes on with the timetable where it ends',
      board([late], 0),
      [timetable([departure('soon', 30), departure('later', 100)])],
      'live',
      ['late', 'later'],
    ],
    [
      'without a network, the timetable',
      board([late], 10),
      [timetable([departure('b', 30), departure('a', 5)])],
      'timetable',
      ['a', 'b'],
    ],
    ['without a timetable, the last answer', board([late], 10), [], 'old', ['late']],
    [
      'a timetable of other days counts for nothing',
      board([late], 10),
      [timetable([departure('a', 5)], '2026-11-25T23:00:00Z', '2026-11-27T23:00:00Z')],
      'old',
      ['late'],
    ],
    [
      'timetables of two stops, each departure once',
      undefined,
      [timetable([departure('a', 5)]), timetable([departure('a', 5)])],
      'timetable',
      ['a'],
    ],
  ];
  for (const [what, told, timetables, basis, ids] of table) {
    test(what, () => {
      const shown = shownDepartures(NOW, told, timetables);
      assert.deepEqual([shown.basis, shown.departures.map(({ id }) => id)], [basis, ids]);
    });
  }
});

describe('minutesUntil', () => {
  for (const [minutes, said] of [
    [-1, 0],
    [0.5, 0],
    [7.9, 7],
    [59.5, 59],
    [60, undefined],
  ] as const) {
    test(`${minutes} min are shown as ${said}`, () => {
      assert.equal(minutesUntil(new Date(NOW + minutes * MINUTE).toISOString(), NOW), said);
    });
  }
});
