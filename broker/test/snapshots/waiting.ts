import { setTimeout as pause } from 'node:timers/promises';

const WITHIN_MS = 120_000;

/** Repeats a request until the answer is as expected, with time for a loaded machine. */
export async function until<Answer>(
  ask: () => Promise<Answer>,
  isReached: (answer: Answer) => boolean,
): Promise<Answer> {
  const end = Date.now() + WITHIN_MS;
  for (;;) {
    const answer = await ask();
    if (isReached(answer)) return answer;
    if (Date.now() > end) throw new Error(`Waited without success, last answer ${JSON.stringify(answer)}`);
    await pause(20);
  }
}
