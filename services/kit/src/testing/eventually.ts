import { setTimeout as pause } from 'node:timers/promises';

/**
 * For tests: asks again and again until there is an answer other than undefined and false.
 *
 * @param what what is waited for, as part of the error
 *
 * @throws Error: there was no answer in time
 */
export async function eventually<Answer>(
  what: string,
  ask: () => Answer | undefined | false | Promise<Answer | undefined | false>,
  withinMs = 60_000,
  pauseMs = 40,
): Promise<Answer> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${withinMs} ms`);
    await pause(pauseMs);
  }
}
