import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KNOWN_LAYERS } from '../../../entities/known-layers.ts';
import type { MapItem } from '../../../entities/map-item.ts';
import { changedBetween, itemsAs } from './past-states.ts';

const lamp = (id: string, state: string): MapItem => ({
  id,
  name: id,
  type: 'Streetlight',
  state,
  severity: 'none',
  position: [5.9, 49.4],
});

test('entities are drawn in their past state and severity; later entities are left out', () => {
  const then = new Map([['a', { state: 'defective' }]]);
  assert.deepEqual(itemsAs([lamp('a', 'on'), lamp('b', 'on')], then, KNOWN_LAYERS), [
    { ...lamp('a', 'defective'), severity: 'alarm' },
  ]);
});

test('states are compared; new entities count as changed', () => {
  const one = new Map([
    ['a', { state: 'on' }],
    ['b', { state: 'full', level: 0.9 }],
  ]);
  const other = new Map([
    ['a', { state: 'off' }],
    ['b', { state: 'full', level: 0.8 }],
    ['c', { state: 'on' }],
  ]);
  assert.deepEqual([...changedBetween(one, other)], ['a', 'c']);
});
