import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

test('every file that the architecture page names is there', () => {
  const page = readFileSync(`${ROOT}docs/architecture.md`, 'utf8');
  const named = [...page.matchAll(/`((?:broker|iot-agents|services|platform|portal|scripts)\/[\w./-]+\.ts)`/g)];
  assert.ok(named.length > 20, `${named.length} files are named`);
  for (const [, path = ''] of named) assert.ok(existsSync(ROOT + path), path);
});
