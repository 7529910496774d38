import assert from 'node:assert/strict';
import { test } from 'node:test';
import { folded, slug } from './slug.ts';

test('slug and folded remove accents', () => {
  assert.equal(slug('Audun-le-Tiche'), 'audun-le-tiche');
  assert.equal(slug('Rédange'), 'redange');
  assert.equal(folded('Écoles'), 'ecoles');
});
