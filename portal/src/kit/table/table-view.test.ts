import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatsOf, tableView } from './table-view.ts';

interface Lamp {
  readonly id: string;
  readonly street?: string;
  readonly power?: number;
  readonly mixed: string | number;
}
const ROWS: readonly Lamp[] = [
  { id: 'a', street: 'Rue d’Esch', power: 45, mixed: 1 },
  { id: 'b', mixed: 'x' },
];
const column = (key: 'street' | 'power' | 'mixed', title: string) => ({ key, title, value: (row: Lamp) => row[key] });

test('a table as a view: numbers stay numbers, names are unique, positions and times belong to rows', () => {
  const view = tableView({
    ...{ name: 'query lamps/1', rows: ROWS, rowKey: ({ id }: Lamp) => id },
    columns: [column('street', 'Rue'), column('power', 'ID'), column('mixed', 'rue')],
    place: ({ id }) => (id === 'a' ? [5.9, 49.4] : undefined),
    moment: ({ id }) => (id === 'a' ? '2026-03-01T20:00:00Z' : undefined),
  });
  assert.deepEqual(view, {
    name: 'query-lamps-1',
    columns: [
      { name: 'Rue', kind: 'text' },
      { name: 'ID 2', kind: 'number' },
      { name: 'rue 2', kind: 'text' },
    ],
    rows: [
      { id: 'a', values: ['Rue d’Esch', 45, '1'], place: [5.9, 49.4], at: '2026-03-01T20:00:00.000Z' },
      { id: 'b', values: [null, null, 'x'] },
    ],
  });
});

test('formats require positions and times', () => {
  assert.deepEqual(formatsOf(false, false), ['csv', 'xlsx', 'parquet']);
  assert.deepEqual(formatsOf(true, true), ['csv', 'xlsx', 'geojson', 'parquet', 'ics']);
});
