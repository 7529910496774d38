import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';

/** Runs `agent-process.ts` in its own process, which ends with the test at the latest. */
export async function forkAgents(
  t: TestContext,
  env: Record<string, string>,
): Promise<{ child: ChildProcess; mqttPort: number }> {
  const child = fork(new URL('./agent-process.ts', import.meta.url), {
    env: { ...process.env, ...env },
    execArgv: [], // without the options of the test runner
    stdio: ['ignore', process.env.TEST_LOG ? 'inherit' : 'ignore', 'inherit', 'ipc'],
  });
  t.after(() => child.kill('SIGKILL'));
  const ended = once(child, 'exit').then(() => {
    throw new Error('the agents ended before they had begun');
  });
  const [{ mqttPort }] = await Promise.race([once(child, 'message'), ended]);
  return { child, mqttPort };
}
