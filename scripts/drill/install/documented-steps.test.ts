import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DEBIAN_PARTS } from '../../pack/debian.ts';
import { PACKAGES } from '../../pack/packages.ts';
import { documentedSteps } from './documented-steps.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const IN_PACKAGE = /\/opt\/alzette\/node_modules\/alzette\/([\w./-]+)/g;

test('each installation step on the Debian page has commands, and the files in them are in the package', () => {
  const steps = documentedSteps();
  assert.deepEqual([...new Set(steps.map(({ number }) => number))], [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const files = ['docker/alzette.service', `${DEBIAN_PARTS}/settings.env`, `${DEBIAN_PARTS}/postinst`];
  const texts = [...steps.map(({ commands }) => commands), ...files.map((file) => readFileSync(ROOT + file, 'utf8'))];
  const named = texts.flatMap((text) => [...text.matchAll(IN_PACKAGE)].map(([, path = '']) => path));
  assert.ok(named.length >= 2, 'the unit and the territory');
  const packed = PACKAGES.find(({ name }) => name === 'alzette');
  const folders = [...(packed?.workspaces ?? []), ...(packed?.beside ?? [])];
  for (const path of named) {
    assert.ok(existsSync(ROOT + path.replace(/\.js$/, '.ts')), `${path} exists`);
    assert.ok(
      folders.some((folder) => path.startsWith(`${folder}/`)),
      `${path} is packed`,
    );
  }
});
