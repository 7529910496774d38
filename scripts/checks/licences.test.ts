import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

/* What `reuse lint` (https://reuse.software) checks of REUSE.toml and LICENSES/, without that program. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FILES = execFileSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8', maxBuffer: 1e8 }).trim().split('\n');

/** Each `[[annotations]]`: its patterns, its licences and its holders. */
const ANNOTATIONS = readFileSync(join(ROOT, 'REUSE.toml'), 'utf8')
  .split('[[annotations]]')
  .slice(1)
  .map((text) => {
    const valuesOf = (key: string) => {
      const [, written = ''] = new RegExp(`^${key} = (.+)$`, 'm').exec(text) ?? [];
      return [...written.matchAll(/"([^"]+)"/g)].map(([, value = '']) => value);
    };
    return {
      paths: valuesOf('path'),
      licences: valuesOf('SPDX-License-Identifier').flatMap((each) => each.split(/ (?:AND|OR) /)),
      holders: valuesOf('SPDX-FileCopyrightText'),
    };
  });
const annotationsOf = (file: string) =>
  ANNOTATIONS.filter(({ paths }) => paths.some((pattern) => pattern === '**' || matchesGlob(file, pattern)));

test('each file of the repository has a licence and a holder', () => {
  assert.ok(FILES.length > 1000);
  const without = FILES.filter((file) => {
    const of = annotationsOf(file).at(-1);
    return !of || of.licences.length === 0 || of.holders.length === 0;
  });
  assert.deepEqual(without, []);
});

test('each pattern matches a file', () => {
  const idle = ANNOTATIONS.flatMap(({ paths }) => paths).filter(
    (pattern) => pattern !== '**' && !FILES.some((file) => matchesGlob(file, pattern)),
  );
  assert.deepEqual(idle, []);
});

test('each licence that is named has its text, and none is there in vain', () => {
  const named = new Set(ANNOTATIONS.flatMap(({ licences }) => licences));
  const texts = readdirSync(join(ROOT, 'LICENSES')).map((name) => name.replace(/\.txt$/, ''));
  assert.deepEqual([...named].sort(), texts.sort());
});
