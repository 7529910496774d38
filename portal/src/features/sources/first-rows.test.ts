import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attributeFor, formatOf, listIn, numbersIn, rowsOf } from './first-rows.ts';

test('the outermost list in an answer is found', () => {
  assert.deepEqual(listIn({ meta: { pages: [{ n: 1 }] }, data: { list: [{ a: 1 }] } }, ''), {
    items: '/meta/pages',
    values: [{ n: 1 }],
  });
  assert.deepEqual(listIn({ meta: { tags: ['x'] }, 'a/b': [{ a: 1 }] }, '')?.items, '/a~1b');
  assert.equal(listIn({ value: 1 }, ''), undefined);
});

test('objects within a row become separate columns', () => {
  const { columns, rows } = rowsOf('/list', [
    { id: 1, geo: { lat: 49, lon: 6 } },
    { id: 2, tags: ['x'] },
  ]);
  assert.deepEqual(columns, ['id', 'geo.lat', 'geo.lon', 'tags']);
  assert.deepEqual(rows[0], { id: 1, 'geo.lat': 49, 'geo.lon': 6 });
});

test('a geometry is one column', () => {
  const geometry = { type: 'Point', coordinates: [5.9, 49.4] };
  const { columns, rows } = rowsOf('/features', [{ type: 'Feature', geometry, properties: { name: 'a' } }]);
  assert.deepEqual(columns, ['type', 'geometry', 'properties.name']);
  assert.deepEqual(rows[0]?.geometry, geometry);
});

test('the numbers of a column are known by their decimal sign', () => {
  const sign = (...values: unknown[]) => numbersIn({ rows: values.map((a) => ({ a })) }, 'a');
  assert.deepEqual(
    [sign('1', '2.5', ''), sign('1', '2,5'), sign('1 234,5', '7'), sign(1, 2), sign('12 rue', '3'), sign(''), sign()],
    ['.', ',', ',', '.', undefined, undefined, undefined],
  );
});

test('the form of a file is known by its name', () => {
  for (const [name, format] of [
    ['bancs.GeoJSON', 'json'],
    ['https://example.org/a.csv?zone=54', 'csv'],
    ['Compteurs 2026.xlsx', 'xlsx'],
    ['https://example.org/api', undefined],
  ] as const) {
    assert.equal(formatOf(name), format, name);
  }
});

test('a column names an attribute, and perhaps its unit', () => {
  for (const [column, name, unit] of [
    ['Index relevé (m³)', 'indexReleve', 'MTQ'],
    ['Puissance [KWT]', 'puissance', 'KWT'],
    ['Type (voir notice)', 'type', ''],
    ['properties.nom', 'nom', ''],
    ['PM 10', 'pm10', ''],
    ['2026', 'value2026', ''],
  ] as const) {
    assert.deepEqual(attributeFor(column), { name, unit }, column);
  }
});
