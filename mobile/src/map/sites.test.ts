import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Container } from '../containers/container.ts';
import { sitesOf } from './sites.ts';

function at(id: string, longitude: number): Container {
  return { id, name: id, kind: 'glass', position: [longitude, 49.47], street: '', commune: '', status: 'ok' };
}

const ids = (containers: readonly Container[]) => sitesOf(containers).map((site) => site.map(({ id }) => id).join(''));

describe('sitesOf', () => {
  test('leaves containers that are apart alone', () =>
    assert.deepEqual(ids([at('a', 5.9), at('b', 5.91)]), ['a', 'b']));

  test('puts those at one position together, in the order of their ids', () =>
    assert.deepEqual(ids([at('c', 5.9001), at('a', 5.9), at('b', 5.90005), at('far', 5.92)]), ['abc', 'far']));
});
