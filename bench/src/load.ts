import autocannon, { type Result } from 'autocannon';

/** One measurement. Latencies in milliseconds. */
export interface Measurement {
  readonly perSecond: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** Answers that were no success, and connections that failed. */
  readonly errors: number;
}

/** One whose answers were counted. */
export interface Counted extends Measurement {
  readonly answers: number;
}

export interface Load {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  /** With every request. */
  readonly headers?: { readonly [name: string]: string };
  /** The n-th request. */
  request(n: number): { method: 'GET' | 'POST' | 'PATCH'; path: string; body?: string };
}

/** Asks as fast as the answers come, on so many connections. */
export async function httpLoad({ url, connections, seconds, headers, request }: Load): Promise<Counted> {
  let n = 0;
  // Its own histogram knows whole milliseconds alone.
  const latencies: number[] = [];
  const result = await new Promise<Result>((resolve, reject) => {
    const instance = autocannon(
      {
        url,
        connections,
        duration: seconds,
        requests: [
          {
            setupRequest: (previous) => {
              const { method, path, body } = request(n++);
              const all = { ...headers, ...(body !== undefined && JSON_HEADERS) };
              return { ...previous, method, path, body, headers: all };
            },
          },
        ],
      },
      (error, done) => (error ? reject(error) : resolve(done)),
    );
    instance.on('response', (_client, _status, _bytes, milliseconds) => latencies.push(milliseconds));
  });
  const errors = result.non2xx + result.errors;
  return { ...measurementOf(latencies, result.duration, errors), perSecond: result['2xx'] / result.duration };
}

const JSON_HEADERS = { 'content-type': 'application/json' };

/** Latencies in milliseconds as their percentiles. */
export function measurementOf(latencies: readonly number[], seconds: number, errors = 0): Counted {
  const sorted = [...latencies].sort((one, other) => one - other);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  const answers = sorted.length;
  return { perSecond: answers / seconds, p50: at(0.5), p95: at(0.95), p99: at(0.99), errors, answers };
}

/** The run whose rate is in the middle. */
export function median(runs: readonly Measurement[]): Measurement {
  const sorted = [...runs].sort((one, other) => one.perSecond - other.perSecond);
  return sorted[Math.floor(sorted.length / 2)] as Measurement; // there is at least one run
}
