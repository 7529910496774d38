import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Requests with a path that is written by hand. */
const UNTYPED = [/\bask(?:<[^(]*>)?\(\s*'(?:GET|POST|PUT|PATCH|DELETE)'/g, /\bfetch\(\s*['"`]\//g];

/** Where pages ask by a path on purpose. */
const BY_PATH: ReadonlySet<string> = new Set([
  'mobile/src/citizen/citizen-api.ts', // answers that the app stores by their paths, to show them without a network
  'web/src/territory/territory.ts', // asked before anything else is known
]);

/*
 * Pages ask the server by the typed clients of the contracts, so that a path or a member that does not exist is an error
 * of the compiler.
 */
test('no page calls the server without a typed client', () => {
  const files = globSync(['portal/src/**/*.{ts,vue}', 'mobile/src/**/*.{ts,vue}', 'web/src/**/*.ts'], { cwd: ROOT });
  const faults = files
    .filter((file) => !file.endsWith('.test.ts') && !BY_PATH.has(file))
    .flatMap((file) => {
      const text = readFileSync(ROOT + file, 'utf8');
      return UNTYPED.flatMap((untyped) => [...text.matchAll(untyped)].map(([call]) => `${file}: ${call}`));
    });
  assert.deepEqual(faults, []);
});
