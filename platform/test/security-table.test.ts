import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

for (const [page, head, columns] of [
  ['docs/threat-model.md', '| attack', 2],
  ['docs/app-inside.md', '| feature', 3],
] as const) {
  test(`the tests that ${page} names exist`, () => {
    const lines = readFileSync(join(ROOT, page), 'utf8').split('\n');
    const tables = lines
      .join('\n')
      .split(/\n\n+/)
      .filter((part) => part.startsWith(head));
    const rows = tables.flatMap((table) => table.split('\n').slice(2)).filter((line) => line.startsWith('| '));
    assert.ok(rows.length > 20);
    for (const row of rows) {
      const cells = row.split(' | ');
      assert.equal(cells.length, columns, row);
      let file: string | undefined;
      // A file, and texts in it.
      for (const [, path, text] of (cells.at(-1) as string).matchAll(/`([^`]+)`|"([^"]+)"/g)) {
        if (path !== undefined) {
          assert.ok(existsSync(join(ROOT, path)), `${path} of: ${row}`);
          file = readFileSync(join(ROOT, path), 'utf8');
        } else if (text !== undefined) {
          assert.ok(file?.includes(text.replaceAll('\\|', '|')), `"${text}" of: ${row}`);
        }
      }
      assert.notEqual(file, undefined, `no test in: ${row}`);
    }
  });
}
