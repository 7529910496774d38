import type { TestContext } from 'node:test';
import { runCommand as run } from '../../src/commands/run-command.ts';

/** Runs a command of `alzette` in this process. */
export async function runCommand(
  t: TestContext,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<{ readonly code: number; readonly output: string }> {
  let output = '';
  const capture = (...texts: unknown[]) => {
    output += `${texts.join(' ')}\n`;
  };
  const mocks = [t.mock.method(console, 'log', capture), t.mock.method(console, 'error', capture)];
  try {
    const code = await run(args, environment);
    return { code, output };
  } finally {
    for (const each of mocks) each.mock.restore();
  }
}
