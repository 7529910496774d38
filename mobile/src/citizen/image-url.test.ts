import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { imageUrl } from './image-url.ts';

const SOURCE = join(import.meta.dirname, '..');

test('an image of a collectivity keeps its tenant, and a private one its signature', () => {
  assert.equal(imageUrl('/files/a', 320), '/files/a?width=320');
  assert.equal(imageUrl('/files/a?tenant=thil', 320), '/files/a?tenant=thil&width=320');
});

test('no page asks for a width in another way', () => {
  const pages = globSync('**/*.{vue,ts}', { cwd: SOURCE }).filter((path) => !path.startsWith('citizen/image-url'));
  const others = pages.filter((path) => /[?&]width=/.test(readFileSync(join(SOURCE, path), 'utf8')));
  assert.deepEqual(others, []);
});
