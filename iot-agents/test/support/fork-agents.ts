import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';

/** `agent-process.ts` in a process of its own, which the test's end ends at the latest. */
export async function forkAgents(
  t: TestContext,
  env: Record<string, string>,
): Promise<{ child: ChildProcess; mqttPort: number }> {
  const child = fork(new URL('./agent-process.ts', import.meta.url), {
    env: { ...process.env, ...env },
    execArgv: [], // the test runner's own options are not for it
    stdio: ['ignore', process.env.TEST_LOG ? 'inherit' : 'ignore', 'inherit', 'ipc'],
  });
  t.after(() => child.kill('SIGKILL'));
  const ended = once(child, 'exit').then(() => {
    throw new Error('the agents ended before they had begun');
  });
  const [{ mqttPort }] = await Promise.race([once(child, 'message'), ended]);
  return { child, mqttPort };
}
