import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { haveOnlyReceptionTime, runsByTime } from './time-runs.ts';

const AT = '2026-07-01T12:00:00.000Z';
const item = (id: string, isOfReception: boolean) => ({ entities: [{ id, type: 'T' }], isOfReception });
const placesOf = (items: readonly ReturnType<typeof item>[]) =>
  runsByTime(items).map(({ places, isOfReception }) => [isOfReception, ...places]);

describe('measures with and without a time of their own', () => {
  test('are split into one call for each kind if no entity has both', () => {
    assert.deepEqual(placesOf([item('a', true), item('b', false), item('c', true)]), [
      [true, 0, 2],
      [false, 1],
    ]);
  });

  test('keep their order if an entity has both', () => {
    assert.deepEqual(placesOf([item('a', true), item('b', false), item('a', false), item('a', true)]), [
      [true, 0],
      [false, 1, 2],
      [true, 3],
    ]);
  });

  test('are split by the number of notifications that caused them', () => {
    const items = [item('a', true), { ...item('b', true), hops: 2 }, item('c', true)];
    assert.deepEqual(
      runsByTime(items).map(({ places, hops }) => [hops, ...places]),
      [
        [undefined, 0, 2],
        [2, 1],
      ],
    );
  });

  test('are distinguished by observedAt', () => {
    const entity = (observedAt?: string) => [
      { id: 'a', type: 'T', n: { type: 'Property', value: 1, ...(observedAt === undefined ? {} : { observedAt }) } },
    ];
    assert.equal(haveOnlyReceptionTime(entity(AT), AT), true);
    assert.equal(haveOnlyReceptionTime(entity(), AT), true);
    assert.equal(haveOnlyReceptionTime(entity('2026-07-01T11:00:00.000Z'), AT), false);
  });
});
