import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Column, formatSort, matching, parseSort, sorted } from './column.ts';

type Row = { name?: string; count?: number };
const COLUMNS: Column<Row>[] = [
  { key: 'name', title: 'Name', value: ({ name }) => name },
  { key: 'count', title: 'Count', value: ({ count }) => count },
];

for (const [title, rows, sort, expected] of [
  ['as people count', [{ name: 'L 10' }, { name: 'L 2' }], 'name', ['L 2', 'L 10']],
  ['descending', [{ name: 'a' }, { name: 'b' }], '-name', ['b', 'a']],
  ['without a value last', [{}, { name: 'a' }], 'name', ['a', undefined]],
  ['without a value last, descending too', [{}, { name: 'a' }, { name: 'b' }], '-name', ['b', 'a', undefined]],
  [
    'by accents as the language has it',
    [{ name: 'Thil' }, { name: 'Éric' }, { name: 'Aumetz' }],
    'name',
    ['Aumetz', 'Éric', 'Thil'],
  ],
  ['not at all by an unknown column', [{ name: 'b' }, { name: 'a' }], 'nothing', ['b', 'a']],
] as const) {
  test(`sorted ${title}`, () => {
    const names = sorted<Row>(rows, COLUMNS, parseSort(sort), 'fr').map(({ name }) => name);
    assert.deepEqual(names, expected);
  });
}

for (const [wanted, expected] of [
  ['', ['Rédange 42', 'Thil 7']],
  ['redange', ['Rédange 42']],
  ['42 RÉD', ['Rédange 42']],
  ['  thil ', ['Thil 7']],
  ['aumetz', []],
] as const) {
  test(`rows with "${wanted}"`, () => {
    const rows = [
      { name: 'Rédange', count: 42 },
      { name: 'Thil', count: 7 },
    ];
    const found = matching<Row>(rows, wanted, ({ name = '', count }) => [name, String(count)]);
    assert.deepEqual(
      found.map(({ name, count }) => `${name} ${count}`),
      expected,
    );
  });
}

test('numbers by value', () => {
  const rows = [{ count: 10 }, { count: 9 }, { count: -1 }];
  assert.deepEqual(
    sorted<Row>(rows, COLUMNS, parseSort('count'), 'fr').map(({ count }) => count),
    [-1, 9, 10],
  );
});

test('a sort order is written to the URL and read from it', () => {
  assert.deepEqual(parseSort('-name'), { key: 'name', descending: true });
  assert.equal(formatSort(parseSort('-name')), '-name');
  assert.equal(formatSort(parseSort('')), '');
});
