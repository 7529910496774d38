import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { SETTINGS } from '../src/config.ts';
import { SETTINGS_PAGES, settingsText } from '../src/write-settings-page.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

test('the pages of settings are equal to the output of npm run settings', () => {
  for (const language of ['en', 'fr'] as const)
    assert.equal(readFileSync(SETTINGS_PAGES[language], 'utf8'), settingsText(language));
  assert.ok(Object.keys(SETTINGS).length > 30);
});

test('the README names existing settings', () => {
  const [, section = ''] = readme.split(/^## Settings$/m);
  const named = [...(section.split('\n## ')[0] ?? '').matchAll(/`([A-Z][A-Z_]+)`/g)].map(([, name]) => name as string);
  assert.ok(named.length > 3);
  for (const name of named) assert.ok(name in SETTINGS, name);
});

test('the README names folders and pictures that exist', () => {
  for (const [, folder] of readme.matchAll(/^\| `([a-z-]+)\/` \|/gm))
    assert.ok(existsSync(join(ROOT, folder as string)), folder);
  for (const [, image] of readme.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g))
    assert.ok(existsSync(join(ROOT, image as string)), image);
});
