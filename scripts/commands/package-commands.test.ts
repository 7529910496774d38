import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

/*
 * Each command of package.json explains itself: `--help` prints its usage, and a wrong option is answered with a sentence,
 * before anything is started.
 */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const { scripts } = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8')) as { scripts: Record<string, string> };
/** They take no arguments, or belong to npm, to the tests or to other programs. */
const WITHOUT = ['postinstall', 'start', 'test', 'lint', 'format', 'types', 'build', 'evaluate', 'pages', 'settings'];
// Of `alzette`, platform/test/command-usage.test.ts runs all commands; `drill:pitr` is `drill`.
WITHOUT.push('compliance', 'territory-schemas', 'schemas', 'alzette', 'drill:pitr');
/** 2 already says that the broker can't be reached. */
const WRONG_IN_CONFORMANCE = 3;

describe('a command of package.json explains itself', () => {
  for (const [name, command] of Object.entries(scripts)) {
    if (WITHOUT.includes(name)) continue;
    test(name, () => {
      const [, ...words] = command.split(' ');
      const run = (option: string) =>
        spawnSync(process.execPath, [...words, option], { cwd: ROOT, encoding: 'utf8', env: process.env });
      const helped = run('--help');
      assert.deepEqual([helped.status, withoutWarnings(helped.stderr)], [0, '']);
      assert.match(helped.stdout, new RegExp(`npm run ${name.replace(/:.*/, '')}`, 'm'));
      const refused = run('--no-such-option');
      assert.equal(refused.status, name === 'conformance' ? WRONG_IN_CONFORMANCE : 2, refused.stderr);
      assert.match(refused.stderr, /--no-such-option/);
      assert.match(refused.stderr, /expected|Usage:/);
      assert.doesNotMatch(refused.stderr, /\n\s+at /, 'no stack');
    });
  }
});

function withoutWarnings(text: string): string {
  return text.replace(/^\(.*[Ww]arning.*\n/gm, '').replace(/^\(Use `node --trace.*\n/gm, '');
}
