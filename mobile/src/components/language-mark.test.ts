import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const SOURCE = join(import.meta.dirname, '..');
/** Where the reader writes in another language, or a page of texts of a form says it before. */
const SAID_OTHERWISE = ['keeper/KeeperPage.vue', 'procedures/ProcedureSteps.vue'];

test('each page that shows a text in a language of its own says so to those who see it', () => {
  const pages = globSync('**/*.vue', { cwd: SOURCE }).filter((path) => !SAID_OTHERWISE.includes(path));
  const showing = pages.filter((path) => {
    const languages = [...readFileSync(join(SOURCE, path), 'utf8').matchAll(/ :lang="([^"]+)"/g)];
    return languages.some(([, language]) => language !== 'locale');
  });
  assert.ok(showing.length >= 8, showing.join(', '));
  const unmarked = showing.filter((path) => !/<LanguageMark :language/.test(readFileSync(join(SOURCE, path), 'utf8')));
  assert.deepEqual(unmarked, []);
});
