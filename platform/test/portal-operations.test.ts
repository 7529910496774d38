import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { needsByOperation } from './support/access-model.ts';

const SRC = fileURLToPath(new URL('../../portal/src/', import.meta.url));
/** A text or a template that begins like a path of the server's API. */
const PATH =
  /['`](\/(?:ngsi-ld|ops|iot|events|territory|alarms|work-orders|rules|lighting|channels|ready|waste|mobility|energy|environment)(?:[/?][^'`\n…]*)?)['`]/g;
/** A method before a path, as in calls of `ask`. */
const CALL = /'(GET|POST|PUT|PATCH|DELETE)',\s*['`](\/[^'`\n]*)['`]/g;

/** `/iot/commands/${id}?limit=1` → `/iot/commands/*`; a template after the last segment is a query. */
function patternOf(path: string): string {
  return path
    .replace(/\$\{[^}]*\}/g, '*')
    .replace(/\?.*$/, '')
    .replace(/([^/])\*$/, '$1');
}

test('the portal uses only operations of the OpenAPI document', () => {
  // The matrix of rights compares this table with the document, operation by operation.
  const operations = [...needsByOperation().keys()].map((operation) => {
    const [method = '', path = ''] = operation.split(' ');
    return { method, path: path.replace(/\{\w+\}/g, '*') };
  });
  const isTold = (pattern: string, method?: string) =>
    operations.some((operation) => {
      if (method !== undefined && operation.method !== method) return false;
      const [documented, asked] = [operation.path.split('/'), pattern.split('/')];
      return (
        documented.length === asked.length &&
        documented.every((part, i) => part === asked[i] || part === '*' || asked[i] === '*')
      );
    });
  /** The beginning of longer paths, which are put together elsewhere. */
  const begins = (pattern: string) => operations.some(({ path }) => path.startsWith(`${pattern}/`));

  const faults: string[] = [];
  let asked = 0;
  for (const file of globSync('**/*.{vue,ts}', { cwd: SRC }).filter((name) => !name.endsWith('.test.ts'))) {
    const text = readFileSync(SRC + file, 'utf8');
    for (const [, method = '', path = ''] of text.matchAll(CALL)) {
      asked += 1;
      const isBeginning = /[^/]\$\{[^}]*\}$/.test(path) && begins(patternOf(path));
      if (!isTold(patternOf(path), method) && !isBeginning) faults.push(`${file}: ${method} ${path}`);
    }
    for (const [, path = ''] of text.matchAll(PATH)) {
      const pattern = patternOf(path);
      if (!isTold(pattern) && !begins(pattern)) faults.push(`${file}: ${path}`);
    }
  }
  assert.ok(asked > 60, `only ${asked} calls were found`);
  assert.deepEqual(faults, []);
});
