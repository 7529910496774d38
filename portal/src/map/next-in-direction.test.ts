import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type EntityView, toEntityView } from '../entities/entity-view.ts';
import { type Direction, nextInDirection } from './next-in-direction.ts';

function at(id: string, longitude: number, latitude: number): EntityView {
  const location = { type: 'Point', coordinates: [longitude, latitude] };
  const view = toEntityView({ id, type: 'Streetlight', location });
  assert.ok(view);
  return view;
}

const AROUND = [
  at('north', 6, 49.01),
  at('far north', 6, 49.05),
  at('east', 6.01, 49),
  at('west', 5.99, 49.001),
  at('here', 6, 49),
];

const CASES: [direction: Direction, expected: string | undefined][] = [
  ['ArrowUp', 'north'],
  ['ArrowRight', 'east'],
  ['ArrowLeft', 'west'],
  ['ArrowDown', undefined],
];

describe('nextInDirection', () => {
  for (const [direction, expected] of CASES) {
    test(`${direction} goes to ${expected ?? 'nothing'}`, () => {
      assert.equal(nextInDirection(AROUND, [6, 49], direction)?.id, expected);
    });
  }
});
