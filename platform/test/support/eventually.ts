import { setTimeout as sleep } from 'node:timers/promises';

/** Repeats until there is an answer; fails with what it waited for. */
export async function eventually<Value>(
  what: string,
  ask: () => Value | undefined | false | Promise<Value | undefined | false>,
  withinMs = 60_000,
  pauseMs = 40,
): Promise<Value> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${withinMs} ms`);
    await sleep(pauseMs);
  }
}
