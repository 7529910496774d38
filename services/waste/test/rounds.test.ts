import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { numbersFrom } from '../src/rounds/improve-rounds.ts';
import { planRounds } from '../src/rounds/plan-rounds.ts';
import { arrivals, lengthOf, loadOf, type Problem, type Stop } from '../src/rounds/problem.ts';

type Place = readonly [number, number];

function problemOf(places: readonly Place[], stops: readonly Stop[], more: Partial<Problem> = {}): Problem {
  const all: readonly Place[] = [[50, 50], ...places];
  const distance = (a: number, b: number) => {
    const [[x1, y1], [x2, y2]] = [all[a] as Place, all[b] as Place];
    return Math.hypot(x1 - x2, y1 - y2);
  };
  return { stops, capacity: Number.POSITIVE_INFINITY, distance, ...more };
}

function places(count: number, seed: number): Place[] {
  const random = numbersFrom(seed);
  return Array.from({ length: count }, () => [random() * 100, random() * 100] as const);
}

const SHORT = { withinMs: 150 };

describe('planned rounds', () => {
  test('visit every stop once, and a circle in its order', () => {
    const circle = Array.from(
      { length: 24 },
      (_, i): Place => [50 + 40 * Math.cos((i * Math.PI) / 12), 50 + 40 * Math.sin((i * Math.PI) / 12)],
    );
    const problem = problemOf(
      circle.toSorted(() => -1).map((_, i) => circle[(i * 7) % 24] as Place),
      circle.map(() => ({ demand: 1 })),
    );
    const { rounds, left } = planRounds(problem, SHORT);
    assert.deepEqual(left, []);
    assert.equal(rounds.length, 1);
    assert.deepEqual(
      rounds.flat().toSorted((a, b) => a - b),
      circle.map((_, i) => i),
    );
    // To the circle, along 23 of its 24 chords, and back.
    const best = 80 + 23 * 2 * 40 * Math.sin(Math.PI / 24);
    assert.ok(lengthOf(problem, rounds[0] ?? []) < best * 1.0001);
  });

  test('never exceed the capacity of a lorry', () => {
    const random = numbersFrom(5);
    const stops = Array.from({ length: 60 }, () => ({ demand: 0.2 + random() * 0.8 }));
    const problem = problemOf(places(60, 5), stops, { capacity: 6 });
    const { rounds, left } = planRounds(problem, SHORT);
    assert.deepEqual(left, []);
    assert.equal(new Set(rounds.flat()).size, 60);
    for (const round of rounds) assert.ok(loadOf(problem, round) <= 6);
    const least = Math.ceil(stops.reduce((sum, { demand }) => sum + demand, 0) / 6);
    assert.ok(rounds.length <= least + 1, `${rounds.length} rounds, ${least} at least`);
  });

  test('arrive while stops are open, and return in time', () => {
    const windows: [number, number][] = [
      [0, 120],
      [100, 260],
      [200, 400],
    ];
    const stops = Array.from({ length: 30 }, (_, i) => ({
      demand: 1,
      service: 3,
      open: [windows[i % 3] as [number, number]],
    }));
    const problem = problemOf(places(30, 9), stops, { timeOf: (distance) => distance, start: 0, end: 420 });
    const { rounds, left } = planRounds(problem, SHORT);
    assert.deepEqual(left, []);
    assert.equal(new Set(rounds.flat()).size, 30);
    for (const round of rounds) {
      const times = arrivals(problem, round);
      assert.ok(times);
      round.forEach((stop, i) => {
        const [from, to] = windows[stop % 3] as [number, number];
        assert.ok((times[i] ?? -1) >= from && (times[i] ?? 999) <= to, `stop ${stop} at ${times[i]}`);
      });
      assert.ok((times.at(-1) ?? 999) <= 420);
    }
  });

  test('leave out impossible stops, with the reason', () => {
    const stops: Stop[] = [
      { demand: 1 },
      { demand: 1, isInaccessible: true },
      { demand: 99 },
      { demand: 1, open: [[0, 1]] },
      { demand: 1 },
    ];
    const problem = problemOf([...places(4, 2), [5000, 5000]], stops, {
      capacity: 10,
      timeOf: (distance) => distance,
      start: 0,
      end: 500,
    });
    const { rounds, left } = planRounds(problem, SHORT);
    assert.deepEqual(rounds.flat(), [0]);
    assert.deepEqual(
      left.map(({ stop, reason }) => `${stop} ${reason}`),
      ['1 inaccessible', '2 tooMuch', '3 closed', '4 tooFar'],
    );
    assert.deepEqual(planRounds(problemOf([], []), SHORT), { rounds: [], left: [] });
  });
});
