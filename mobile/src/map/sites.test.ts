import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Container } from '../containers/container.ts';
import { spreadBySite } from './sites.ts';

function at(id: string, longitude: number): Container {
  return { id, name: id, kind: 'glass', position: [longitude, 49.47], street: '', commune: '', status: 'ok' };
}

describe('spreadBySite', () => {
  test('does not move a single one', () => {
    assert.deepEqual(
      [...spreadBySite([at('a', 5.9), at('b', 5.91)])],
      [
        ['a', 0],
        ['b', 0],
      ],
    );
  });

  test('puts those at one position side by side, in the order of their ids', () => {
    const offsets = spreadBySite([at('c', 5.9001), at('a', 5.9), at('b', 5.90005), at('far', 5.92)]);
    assert.deepEqual(Object.fromEntries(offsets), { a: -1, b: 0, c: 1, far: 0 });
  });

  test('moves each of two by half a width', () => {
    assert.deepEqual([...spreadBySite([at('a', 5.9), at('b', 5.9)]).values()], [-0.5, 0.5]);
  });
});
