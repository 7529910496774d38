import { Agent } from 'undici';
import type { Load } from '../load/load.ts';

/** Latencies in milliseconds of one period of a load, with the worst of its seconds. */
export interface Steady {
  readonly answers: number;
  readonly errors: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  /** The highest p99 of a single second. */
  readonly worstSecond: number;
}

/**
 * Sends requests on several connections, each after its previous answer, and records the time and the latency of each.
 */
export async function clientLoad({ url, connections, seconds, request }: Load): Promise<number[][]> {
  const agent = new Agent({ connections, pipelining: 1 });
  const bySecond: number[][] = Array.from({ length: seconds }, () => []);
  const began = performance.now();
  let n = 0;
  const one = async (): Promise<void> => {
    for (;;) {
      const at = performance.now();
      const second = bySecond[Math.floor((at - began) / 1000)];
      if (second === undefined) return;
      const { method, path, body } = request(n++);
      const headers = body === undefined ? {} : { 'content-type': 'application/json' };
      const answer = await agent.request({ origin: url, method, path, headers, body: body ?? null });
      await answer.body.dump();
      second.push(answer.statusCode < 300 ? performance.now() - at : Number.NaN);
    }
  };
  await Promise.all(Array.from({ length: connections }, one));
  await agent.close();
  return bySecond;
}

/** Combines several periods. */
export function steadyOf(stretches: readonly (readonly number[][])[]): Steady {
  const seconds = stretches.flat();
  const all = seconds.flat();
  const good = all.filter(Number.isFinite).sort((a, b) => a - b);
  return {
    answers: good.length,
    errors: all.length - good.length,
    p50: share(good, 0.5),
    p99: share(good, 0.99),
    p999: share(good, 0.999),
    worstSecond: Math.max(
      ...seconds.map((each) =>
        share(
          each.filter(Number.isFinite).sort((a, b) => a - b),
          0.99,
        ),
      ),
    ),
  };
}

function share(sorted: readonly number[], of: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * of))] ?? 0;
}
