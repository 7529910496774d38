import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMMANDS } from './commands.ts';
import { runCommand } from './run-command.ts';

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runCommand(
    args,
    (text) => out.push(text),
    (text) => err.push(text),
  );
  return { code, out: out.join('\n'), err: err.join('\n') };
}

test('each drill is in the help, and has a help of its own that names its options', async () => {
  const whole = await run('--help');
  assert.deepEqual([whole.code, whole.err], [0, '']);
  const names = [...whole.out.matchAll(/^ {2}([a-z-]+) {2,}\S/gm)].map(([, name]) => name);
  assert.deepEqual(
    names,
    COMMANDS.map(({ name }) => name),
  );
  assert.ok(names.length >= 10);
  for (const { name, options } of COMMANDS) {
    const { code, out, err } = await run(name, '--help');
    assert.deepEqual([code, err], [0, ''], name);
    assert.match(out, new RegExp(`^npm run drill -- ${name}`));
    const shown = [...out.matchAll(/^ {2}--([a-z-]+)/gm)].map(([, option]) => option);
    assert.deepEqual(shown, Object.keys(options), name);
  }
});

test('a wrong command line is answered with what was expected, and without a stack', async () => {
  const wrong: [string[], RegExp][] = [
    [['nothing:3'], /^fault: got nothing:3, expected one of /],
    [['kill:0'], /^fault: got kill:0, expected one of /],
    [['upgrade', '--entities', 'many'], /^--entities: got many, expected a number of 1 or more/],
    [['small', '--unknown'], /Unknown option '--unknown'/],
    [['all', '--databases', 'oracle'], /^--databases: got oracle, expected some of postgresql,citus/],
    [['faults'], /^fault: got none/],
  ];
  for (const [args, expected] of wrong) {
    const { code, err } = await run(...args);
    assert.equal(code, 2, err);
    assert.match(err, expected);
    assert.doesNotMatch(err, /\n\s+at /);
  }
  assert.equal((await run()).code, 2);
});
