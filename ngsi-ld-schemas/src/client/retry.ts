import type { HttpAnswer, HttpRequest, Transport } from './transport.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
const RETRIED = [502, 503, 504];

export interface RetriedAnswer extends HttpAnswer {
  /** An earlier attempt may have reached the broker although its answer was lost. */
  readonly retried: boolean;
}

/** Sends a repeatable request, and again after network errors and temporary failures (502, 503, 504). */
export async function sendWithRetries(send: Transport, request: HttpRequest, retries: number): Promise<RetriedAnswer> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const answer = await send(request);
      if (attempt === retries || !RETRIED.includes(answer.status)) return { ...answer, retried: attempt > 0 };
      await pause(attempt, request.signal, answer.header('retry-after'));
    } catch (error) {
      if (attempt === retries || request.signal?.aborted) throw error;
      await pause(attempt, request.signal);
    }
  }
}

/** Doubles each time; a random part spreads clients that failed together. */
function pause(attempt: number, signal: AbortSignal | undefined, retryAfter?: string): Promise<void> {
  const wanted = retryAfter === undefined ? Number.NaN : Number(retryAfter) * 1000;
  const backoff = FIRST_PAUSE_MS * 2 ** attempt * (0.5 + Math.random());
  const delay = Math.min(Number.isNaN(wanted) ? backoff : wanted, LONGEST_PAUSE_MS);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, delay);
    function abort() {
      clearTimeout(timer);
      reject(signal?.reason);
    }
    signal?.addEventListener('abort', abort, { once: true });
  });
}
