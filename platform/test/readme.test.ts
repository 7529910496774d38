import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

test('the README’s table has the settings that are read, and no other', () => {
  const config = readFileSync(join(ROOT, 'platform/src/config.ts'), 'utf8');
  const read = new Set(
    [...config.matchAll(/\bread(?:<[^>]*>)?\(\s*'([A-Z_]+)'|environment\.([A-Z_]+)/g)].map(([, a, b]) => a ?? b),
  );
  const told = new Set([...readme.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name));
  assert.deepEqual([...read].filter((name) => !readme.includes(`\`${name}\``)), []);
  assert.deepEqual([...told].filter((name) => !config.includes(`${name}`)), []);
});

test('the README names folders and pictures that exist', () => {
  for (const [, folder] of readme.matchAll(/^\| `([a-z-]+)\/` \|/gm))
    assert.ok(existsSync(join(ROOT, folder as string)), folder);
  for (const [, image] of readme.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g))
    assert.ok(existsSync(join(ROOT, image as string)), image);
});
