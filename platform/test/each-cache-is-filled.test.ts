import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const ROOT = new URL('../..', import.meta.url).pathname;
const NAMED = /(?:namedCache(?:<[^(]*>)?|showCache)\(\s*'(\w+)'/g;

/** The files of all workspaces that may have caches. */
function read(isTest: boolean): string[] {
  const found = globSync('{broker,iot-agents,platform,services/*}/{src,test}/**/*.ts', { cwd: ROOT });
  return found.filter((file) => file.endsWith('.test.ts') === isTest).map((file) => readFileSync(ROOT + file, 'utf8'));
}

test('a test fills each cache that has a name in the metrics', () => {
  const names = read(false).flatMap((text) => [...text.matchAll(NAMED)].map(([, name]) => name as string));
  assert.ok(names.length > 25, `${names.length} caches`);
  const tests = read(true).filter((text) => /cacheUses\(|fillCache\(/.test(text));
  assert.deepEqual(
    names.filter((name) => !tests.some((text) => text.includes(name))),
    [],
  );
});
