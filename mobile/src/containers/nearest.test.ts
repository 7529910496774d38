import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Container } from './container.ts';
import { kindsAmong, nearestOfEachKind, nearestWithRoom, sortByDistance } from './nearest.ts';
import { WASTE_KINDS } from './waste-kind.ts';

function container(id: string, longitude: number, more: Partial<Container> = {}): Container {
  return {
    id,
    name: id,
    kind: 'glass',
    position: [longitude, 49.47],
    street: `Rue ${id}`,
    commune: 'Thil',
    filling: 0.2,
    status: 'ok',
    ...more,
  };
}

const ids = (near: { container: Container }[]) => near.map((one) => one.container.id);

describe('sortByDistance', () => {
  const far = container('a', 5.99);
  const near = container('b', 5.91);
  const elsewhere = container('c', 5.95, { commune: 'Aumetz' });

  test('puts the nearest first, with distances', () => {
    const sorted = sortByDistance([far, near, elsewhere], [5.9, 49.47]);
    assert.deepEqual(ids(sorted), ['b', 'c', 'a']);
    assert.ok((sorted[0]?.metres ?? 0) > 700 && (sorted[0]?.metres ?? 0) < 750);
  });

  test('sorts by commune and street, without distances, if there is no position', () => {
    const sorted = sortByDistance([far, near, elsewhere], undefined);
    assert.deepEqual(ids(sorted), ['c', 'a', 'b']);
    assert.equal(sorted[0]?.metres, undefined);
  });

  test('does not change the given list', () => {
    const given = [far, near];
    sortByDistance(given, [5.9, 49.47]);
    assert.deepEqual(given, [far, near]);
  });
});

describe('nearestWithRoom', () => {
  const full = container('full', 5.9, { filling: 0.97 });

  test('is the nearest of the same kind that is not full', () => {
    const others = [
      full,
      container('paper', 5.901, { kind: 'paper' }),
      container('also-full', 5.902, { filling: 0.8 }),
      container('overturned', 5.903, { status: 'dropped' }),
      container('silent', 5.904, { filling: undefined }),
      container('good', 5.905),
      container('farther', 5.95),
    ];
    assert.equal(nearestWithRoom(others, full)?.container.id, 'good');
  });

  test('is undefined if there is none', () => assert.equal(nearestWithRoom([full], full), undefined));
});

test('nearestOfEachKind returns one of each kind, preferably the nearest that is not full', () => {
  const some = [
    container('far', 5.95),
    container('full', 5.901, { filling: 0.9 }),
    container('near', 5.92),
    container('paper', 5.91, { kind: 'paper' }),
  ];
  assert.deepEqual(ids(nearestOfEachKind(some, [5.9, 49.47])), ['paper', 'near']);
});

test('kindsAmong returns each kind once, in order', () => {
  const some = [container('a', 5, { kind: 'paper' }), container('b', 5), container('c', 5, { kind: 'paper' })];
  assert.deepEqual(kindsAmong(some, WASTE_KINDS), ['glass', 'paper']);
});
