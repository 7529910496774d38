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
    [
      ...config.matchAll(
        /\bread(?:<[^>]*>)?\(\s*'([A-Z_]+)'|environment\.([A-Z_]+)|\breadPem\(environment, '([A-Z_]+)'/g,
      ),
    ].map(([, a, b, c]) => a ?? b ?? c),
  );
  // Some share a row: | `MQTT_CERT`, `MQTT_KEY` |
  const rows = [...readme.matchAll(/^\| ((?:`[A-Z_]+`(?:, )?)+) \|/gm)].map(([, names]) => names as string);
  const told = new Set(rows.flatMap((names) => [...names.matchAll(/[A-Z_]+/g)].map(([name]) => name)));
  assert.deepEqual([...told].sort(), [...read].sort());
});

test('the README names folders and pictures that exist', () => {
  for (const [, folder] of readme.matchAll(/^\| `([a-z-]+)\/` \|/gm))
    assert.ok(existsSync(join(ROOT, folder as string)), folder);
  for (const [, image] of readme.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g))
    assert.ok(existsSync(join(ROOT, image as string)), image);
});
