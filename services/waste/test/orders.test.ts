import assert from 'node:assert/strict';
import { test } from 'node:test';
import { improveOrder } from '../src/rounds/improve-order.ts';
import { numbersFrom } from '../src/rounds/improve-rounds.ts';
import type { Problem } from '../src/rounds/problem.ts';
import { savingsOf, savingsRounds } from '../src/rounds/savings.ts';

type Place = readonly [x: number, y: number];

const DEPOT: Place = [0, 0];

function problemOf(places: readonly Place[], more: Partial<Problem> = {}): Problem {
  const all = [DEPOT, ...places];
  const distance = (a: number, b: number) => apart(all[a] as Place, all[b] as Place);
  return { stops: places.map(() => ({ demand: 1 })), capacity: Number.POSITIVE_INFINITY, distance, ...more };
}

const apart = ([x1, y1]: Place, [x2, y2]: Place) => Math.hypot(x1 - x2, y1 - y2);

/** The length of a round from the depot and back, by the places alone. */
function lengthOf(places: readonly Place[], round: readonly number[]): number {
  const way = [DEPOT, ...round.map((stop) => places[stop] as Place), DEPOT];
  return way.slice(1).reduce((sum, place, i) => sum + apart(way[i] as Place, place), 0);
}

/** Everything that reversing one segment, or moving one of up to three stops, can make of a round. */
function* neighbours(round: readonly number[]): Generator<number[]> {
  for (let from = 0; from < round.length; from++) {
    for (let to = from + 1; to <= round.length; to++) {
      const piece = round.slice(from, to);
      const rest = [...round.slice(0, from), ...round.slice(to)];
      yield rest.toSpliced(from, 0, ...piece.toReversed());
      if (piece.length > 3) continue;
      for (let at = 0; at <= rest.length; at++) {
        yield rest.toSpliced(at, 0, ...piece);
        yield rest.toSpliced(at, 0, ...piece.toReversed());
      }
    }
  }
}

// On a line east of the depot, at 3 and 5, and one at 4 to the north.
const THREE: readonly Place[] = [
  [3, 0],
  [5, 0],
  [0, 4],
];

test('what two stops save by one round is the way to the depot and back, without the way between them', () => {
  const savings = savingsOf(problemOf(THREE), [0, 1, 2]);
  // 3 + 5 - 2, 5 + 4 - √41, and 3 + 4 - 5, in both directions.
  assert.deepEqual(
    savings.map(({ from, to, saved }) => [from, to, saved.toFixed(3)]),
    [
      [0, 1, '6.000'],
      [1, 0, '6.000'],
      [1, 2, '2.597'],
      [2, 1, '2.597'],
      [0, 2, '2.000'],
      [2, 0, '2.000'],
    ],
  );
});

test('stops on opposite sides of the depot save nothing', () => {
  assert.deepEqual(
    savingsOf(
      problemOf([
        [3, 0],
        [-4, 0],
      ]),
      [0, 1],
    ),
    [],
  );
});

test('rounds are joined by the largest savings, end to beginning, as far as a lorry can take them', () => {
  const rounds = (capacity: number, stops = [0, 1, 2]) => savingsRounds(problemOf(THREE, { capacity }), stops);
  assert.deepEqual(rounds(3), [[0, 1, 2]]);
  assert.deepEqual(rounds(2), [[0, 1], [2]]);
  assert.deepEqual(rounds(1), [[0], [1], [2]]);
  assert.deepEqual(rounds(3, [0, 2]), [[0, 2]], 'of these stops alone');
  const one = { from: 2, to: 0, saved: 2 };
  assert.deepEqual(savingsRounds(problemOf(THREE), [0, 1, 2], [one]), [[2, 0], [1]], 'by the given savings alone');
  const closing = [one, { from: 0, to: 2, saved: 1 }, { from: 0, to: 1, saved: 1 }, { from: 2, to: 1, saved: 1 }];
  assert.deepEqual(savingsRounds(problemOf(THREE), [0, 1, 2], closing), [[2, 0, 1]], 'never to its own beginning');
});

test('ways that cross are turned', () => {
  // The corners of a square, in the order of its diagonals.
  const square: readonly Place[] = [
    [1, 1],
    [2, 2],
    [2, 1],
    [1, 2],
  ];
  const improved = improveOrder(problemOf(square), [0, 1, 2, 3]);
  assert.equal(lengthOf(square, improved).toFixed(6), (Math.SQRT2 + 3 + Math.sqrt(5)).toFixed(6));
});

test('a stop beside a line is visited on the way back', () => {
  const line: readonly Place[] = [
    [1, 0],
    [2, 0],
    [3, 1],
    [4, 0],
    [5, 0],
  ];
  const improved = improveOrder(problemOf(line), [2, 0, 1, 3, 4]);
  assert.equal(lengthOf(line, improved).toFixed(6), (5 + Math.sqrt(5) + Math.sqrt(10)).toFixed(6));
});

test('no reversal and no move of up to three stops shortens an improved round', () => {
  const random = numbersFrom(11);
  for (let n = 0; n < 40; n++) {
    const places = scattered(1 + Math.floor(random() * 24), random);
    const given = places.map((_, stop) => stop);
    const improved = improveOrder(problemOf(places), given);
    assert.deepEqual(
      improved.toSorted((a, b) => a - b),
      given,
    );
    const length = lengthOf(places, improved);
    assert.ok(length <= lengthOf(places, given) + 1e-9);
    for (const other of neighbours(improved)) assert.ok(lengthOf(places, other) > length - 1e-6, `${n}: ${other}`);
  }
});

test('a round stays in time while it becomes shorter', () => {
  const random = numbersFrom(12);
  let gained = 0;
  for (let n = 0; n < 40; n++) {
    const places = scattered(2 + Math.floor(random() * 10), random);
    const given = places.map((_, stop) => stop);
    // Each stop closes a little after the given round reaches it.
    const closes = reached(places, given).map((at) => at + random() * 6);
    const inTime = (round: readonly number[]) =>
      reached(places, round).every((at, i) => at <= (closes[round[i] as number] as number) + 1e-9);
    const problem = problemOf(places, {
      timeOf: (distance) => distance,
      stops: closes.map((to) => ({ demand: 1, open: [[0, to]] })),
    });
    const improved = improveOrder(problem, given);
    assert.ok(inTime(improved), `${n}: ${improved}`);
    gained += lengthOf(places, given) - lengthOf(places, improved);
  }
  assert.ok(gained > 40, `40 rounds are ${gained} shorter`);
});

function scattered(count: number, random: () => number): Place[] {
  return Array.from({ length: count }, (): Place => [random() * 10 - 5, random() * 10 - 5]);
}

/** How far from the depot a round is at each of its stops. */
function reached(places: readonly Place[], round: readonly number[]): number[] {
  let [at, way] = [DEPOT, 0];
  return round.map((stop) => {
    way += apart(at, places[stop] as Place);
    at = places[stop] as Place;
    return way;
  });
}
