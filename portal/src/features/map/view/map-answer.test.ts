import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Territory } from '@alzette/web/territory';
import { KNOWN_LAYERS } from '../../../entities/known-layers.ts';
import type { EntityFilter } from '../list/entity-filter.ts';
import { facetsOf } from './facets.ts';
import { contentsOf, filterBody, totalsOf } from './map-answer.ts';

const ALL: EntityFilter = { types: [], states: [], commune: '', attention: false, text: '' };
const COMMUNES = [
  { slug: 'thil', name: 'Thil', scope: '/Thil' },
  { slug: 'redange', name: 'Rédange', scope: '/Redange' },
] as unknown as Territory['communes'];

const FILTERS: [name: string, filter: Partial<EntityFilter>, expected: object | undefined][] = [
  ['nothing restricts', {}, {}],
  ['a commune is its scope', { commune: 'redange' }, { scopes: ['/Redange'] }],
  ['a type is all of its classes', { types: ['WasteContainer'] }, { classes: { WasteContainer: [] } }],
  [
    'a state is the class of the layers that have it',
    { states: ['full', 'on'] },
    {
      classes: { Streetlight: ['on'], StreetlightControlCabinet: ['on'], WasteContainer: ['full'] },
    },
  ],
  ['a state that no chosen type can be in matches nothing', { types: ['Streetlight'], states: ['full'] }, undefined],
  ['text is trimmed', { text: '  rue  carnot ', attention: true }, { text: 'rue carnot', attention: true }],
];
for (const [name, filter, expected] of FILTERS) {
  test(name, () => assert.deepEqual(filterBody({ ...ALL, ...filter }, KNOWN_LAYERS, COMMUNES), expected));
}

const TYPES = ['Streetlight', 'WasteContainer', 'WeatherObserved'];
const TOTALS = totalsOf(
  {
    shows: 'cells',
    totals: [
      [0, 0, '/Thil', 3, 1], // defective
      [0, 1, '/Thil', 40, 2], // on
      [0, 4, '/Redange/Centre', 7, 7], // off
      [2, 1, '/Thil', 2, 0], // full
      [2, 4, null, 5, 0], // unknown
    ],
  },
  KNOWN_LAYERS,
  COMMUNES,
);

test('a type that the answer is not about has no count, and one without entities has zero', () => {
  const { byType } = facetsOf([], ALL, ['WeatherObserved']);
  assert.deepEqual([byType.WeatherObserved, byType.Pollen], [0, undefined]);
});

test('each facet counts the entities that pass the other filters', () => {
  const all = facetsOf(TOTALS, ALL, TYPES);
  assert.deepEqual(all.byType, { Streetlight: 50, WasteContainer: 7, WeatherObserved: 0 });
  assert.equal(all.attention, 3 + 2 + 7 + 2);
  assert.equal(all.shown, 57);
  const inThil = facetsOf(TOTALS, { ...ALL, commune: 'thil', types: ['Streetlight'] }, TYPES);
  assert.deepEqual(
    inThil.byType,
    { Streetlight: 43, WasteContainer: 2, WeatherObserved: 0 },
    'the types by the commune',
  );
  assert.deepEqual(inThil.byState, { defective: 3, on: 40 }, 'the states by commune and type');
  const urgent = facetsOf(TOTALS, { ...ALL, attention: true }, TYPES);
  assert.deepEqual(urgent.byState, { defective: 3, on: 2, off: 7, full: 2, unknown: 0 });
});

test('points and cells become features of the map', () => {
  const { items, heaps } = contentsOf(
    {
      shows: 'points',
      points: [['urn:ngsi-ld:WasteContainer:1', 2, 1, 5.9, 49.4, 0.91, 1_700_000_000, 'PAV 1']],
      cells: [{ scope: '/Thil', at: [6, 49], counts: [[0, 0, 3, 1]] }],
    },
    KNOWN_LAYERS,
  );
  assert.deepEqual(items, [
    {
      id: 'urn:ngsi-ld:WasteContainer:1',
      name: 'PAV 1',
      type: 'WasteContainer',
      state: 'full',
      severity: 'warning',
      position: [5.9, 49.4],
      level: 0.91,
      observedAt: 1_700_000_000_000,
    },
  ]);
  assert.deepEqual(heaps[0]?.shares, [{ paint: 'alarm', severity: 'alarm', count: 3, silent: 1 }]);
});
