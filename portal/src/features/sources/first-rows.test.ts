import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listIn, rowsOf } from './first-rows.ts';

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
