import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCommand } from './support/run-command.ts';

/** Nothing is reached: a command that ignored `--help` or a wrong option would fail differently. */
const NOTHING = { DATABASE_URL: 'postgres://127.0.0.1:1/none', DATA_DIR: '/dev/null/none' };

test('each command of alzette shows its usage, and names a wrong option before it does anything', async (t) => {
  const { code, output } = await runCommand(t, ['--help'], NOTHING);
  assert.equal(code, 0);
  const lines = [...output.matchAll(/^alzette ((?:[a-z][a-z0-9-]*(?: |$))+)/gm)].map(([, words = '']) => words.trim());
  const commands = [...new Set(lines)].filter((words) => words !== 'demo');
  assert.ok(commands.length > 30, commands.join());
  for (const words of commands) {
    const helped = await runCommand(t, [...words.split(' '), '--help'], NOTHING);
    assert.equal(helped.code, 0, words);
    assert.ok(helped.output.startsWith(`alzette ${words}`), `${words}: ${helped.output}`);
    const refused = await runCommand(t, [...words.split(' '), '--no-such-option'], NOTHING);
    assert.equal(refused.code, 2, `${words}: ${refused.output}`);
    assert.match(refused.output, /no-such-option/, words);
    assert.ok(refused.output.includes(`alzette ${words}`), `${words}: its usage`);
  }
  const unknown = await runCommand(t, ['user', 'invent'], NOTHING);
  assert.equal(unknown.code, 2);
  assert.match(unknown.output, /^got user invent, expected one of:\n\nalzette user list/);
});
