import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type EntityView, toEntityView } from '../../../entities/entity-view.ts';
import type { Freshness } from '../../../entities/freshness.ts';
import { byUrgency, type EntityFilter, entityMatcher, needsAttention, statesPresent } from './entity-filter.ts';

const ALL: EntityFilter = { types: [], states: [], commune: '', attention: false, text: '' };

function lamp(name: string, attributes: object = {}): EntityView {
  const view = toEntityView({
    id: `urn:ngsi-ld:Streetlight:${name}`,
    type: 'Streetlight',
    name,
    address: { streetAddress: '12 Rue des Écoles', addressLocality: 'Rédange' },
    powerState: 'on',
    ...attributes,
  });
  assert.ok(view);
  return view;
}

const MATCHES: [name: string, filter: Partial<EntityFilter>, freshness: Freshness, expected: boolean][] = [
  ['no restriction', {}, 'fresh', true],
  ['its type', { types: ['WasteContainer', 'Streetlight'] }, 'fresh', true],
  ['another type', { types: ['WasteContainer'] }, 'fresh', false],
  ['its state', { states: ['on'] }, 'fresh', true],
  ['another state', { states: ['off', 'defective'] }, 'fresh', false],
  ['its commune by slug', { commune: 'redange' }, 'fresh', true],
  ['another commune', { commune: 'thil' }, 'fresh', false],
  ['words without accents, in any order', { text: 'ecoles REDANGE' }, 'fresh', true],
  ['a word that is not there', { text: 'ecoles thil' }, 'fresh', false],
  ['attention, though all is well', { attention: true }, 'late', false],
  ['attention, as the device is silent', { attention: true }, 'silent', true],
];

describe('entityMatcher', () => {
  for (const [name, filter, freshness, expected] of MATCHES) {
    test(name, () => assert.equal(entityMatcher({ ...ALL, ...filter })(lamp('L 1'), freshness), expected));
  }
});

test('a defect needs attention even when fresh', () => {
  assert.equal(needsAttention(lamp('L 1', { status: 'brokenLantern' }), 'fresh'), true);
});

test('the worst comes first, then names as people count', () => {
  const list = [lamp('L 10'), lamp('L 2'), lamp('L 30', { status: 'columnIssue' })].sort(byUrgency('fr'));
  assert.deepEqual(
    list.map(({ name }) => name),
    ['L 30', 'L 2', 'L 10'],
  );
});

test('statesPresent keeps the fixed order', () => {
  assert.deepEqual(statesPresent([lamp('a'), lamp('b', { status: 'columnIssue' })]), ['defective', 'on']);
});
