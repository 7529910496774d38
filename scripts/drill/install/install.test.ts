import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aptMirror } from './apt-mirror.ts';
import { rootMissing } from './debian-root.ts';
import { runInstallDrill } from './install-drill.ts';
import { installLines } from './install-lines.ts';

test('lines that install packages are found in pages, paragraphs and messages', () => {
  const page =
    'Load comes from a program (`apt install wrk\npostgresql-17`).\n\n    apt-get install -y patroni ./own.deb\n    own x\n';
  assert.deepEqual(installLines([page, `\`apt install postgresql-$\{version}-postgis-3\``]), [
    'patroni',
    'wrk postgresql-17',
  ]);
});

const missing = rootMissing();
test('the French page installs, upgrades, restores and removes the product in an empty Debian', {
  skip: missing ?? false,
}, async (t) => {
  const { isClean, ...result } = await runInstallDrill({
    mirror: aptMirror(),
    keeps: false,
    say: (text) => t.diagnostic(text),
  });
  assert.ok(isClean, JSON.stringify(result, null, 2));
});
