import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

test('the tests that docs/security.md names are there', () => {
  const rows = readFileSync(join(ROOT, 'docs/security.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| requirement'));
  assert.ok(rows.length > 50);
  for (const row of rows) {
    const cells = row.split(' | ');
    assert.equal(cells.length, 3, row);
    const shownBy = cells[2] as string;
    let file: string | undefined;
    // A file, and texts within it.
    for (const [, path, text] of shownBy.matchAll(/`([^`]+)`|"([^"]+)"/g)) {
      if (path !== undefined) {
        assert.ok(existsSync(join(ROOT, path)), `${path} of: ${row}`);
        file = readFileSync(join(ROOT, path), 'utf8');
      } else if (text !== undefined) {
        assert.ok(file?.includes(text), `"${text}" of: ${row}`);
      }
    }
    assert.notEqual(file, undefined, `no test in: ${row}`);
  }
});
