import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAsPrinted } from './is-as-printed.ts';

const PRINTED = {
  number: 1,
  method: 'GET',
  path: '/ngsi-ld/v1/entities/urn:x:1',
  headers: {},
  answer: {
    '@context': 'http://context/user-context.jsonld',
    id: 'urn:x:1',
    type: 'City',
    population: { type: 'Property', value: 1, observedAt: '2020-01-01T00:00:00Z' },
    owner: 'http://context/owners/1',
    names: ['a', 'b'],
  },
};
const same = (changes: object, byValue: boolean) =>
  isAsPrinted(PRINTED, 200, JSON.stringify({ ...PRINTED.answer, ...changes }), byValue) === undefined;

test('an answer is as printed by value if only the day, the host, the order and further members differ', () => {
  const population = { type: 'Property', value: 1, observedAt: '2026-01-01T00:00:00Z', unitCode: 'C62' };
  assert.ok(same({ population, owner: 'http://127.0.0.1:1026/owners/1', names: ['b', 'a'], more: 1 }, true));
  for (const change of [
    { population: { ...population, value: 2 } },
    { names: ['a'] },
    { owner: 'x' },
    { id: 'urn:x:2' },
  ]) {
    assert.ok(!same(change, true), JSON.stringify(change));
  }
});

test('by shape, only members and the ids of entities count', () => {
  assert.ok(same({ population: 'many', names: [] }, false));
  assert.ok(!same({ id: 'urn:x:2' }, false));
  assert.ok(!same({ names: undefined }, false));
});
