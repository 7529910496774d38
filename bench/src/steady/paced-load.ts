import { setTimeout as pause } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import type { Request } from '../load/load.ts';

interface PacedLoad {
  readonly url: string;
  readonly dispatcher: Dispatcher;
  readonly seconds: number;
  readonly perSecond: number;
  /** The n-th request, created when it is due. */
  request(n: number): Request;
}

/**
 * Sends requests at a constant rate, whether or not earlier ones are answered.
 *
 * @returns for each second, the milliseconds from the due time of each request to its answer; NaN for errors
 */
export async function pacedLoad({ url, dispatcher, seconds, perSecond, request }: PacedLoad): Promise<number[][]> {
  const bySecond: number[][] = Array.from({ length: seconds }, () => []);
  const answers: Promise<void>[] = [];
  const began = performance.now();
  const send = async (n: number, due: number, second: number[]): Promise<void> => {
    const { method, path, body } = request(n);
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const isGood = await dispatcher
      .request({ origin: url, method, path, headers, body: body ?? null })
      .then(async (answer) => {
        await answer.body.dump();
        return answer.statusCode < 300;
      })
      .catch(() => false);
    second.push(isGood ? performance.now() - due : Number.NaN);
  };
  for (let n = 0; n < seconds * perSecond; n++) {
    const after = (n * 1000) / perSecond;
    const wait = began + after - performance.now();
    if (wait > 1) await pause(wait);
    answers.push(send(n, began + after, bySecond[Math.floor(after / 1000)] as number[]));
  }
  await Promise.all(answers);
  return bySecond;
}
