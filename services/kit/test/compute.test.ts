import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { type Compute, type ComputeOptions, createCompute } from '@alzette/kit/compute';
import { computeTask } from '@alzette/kit/compute-task';
import { Problem } from '@alzette/kit/problems';
import { UNLIMITED } from '@alzette/kit/shares';

const fileOf = (name: string) => new URL(`./support/compute-tasks/${name}.ts`, import.meta.url);
const ECHO = computeTask<typeof import('./support/compute-tasks/echo.ts').default>('test.echo', fileOf('echo'));
const SPIN = computeTask<typeof import('./support/compute-tasks/spin.ts').default>('test.spin', fileOf('spin'));
const SHORT_SPIN = { ...SPIN, limitMs: 300 };
const FILL = computeTask<typeof import('./support/compute-tasks/fill.ts').default>('test.fill', fileOf('fill'));
const REVERSE = computeTask<typeof import('./support/compute-tasks/reverse.ts').default>(
  'test.reverse',
  fileOf('reverse'),
);
const FAIL = computeTask<typeof import('./support/compute-tasks/fail.ts').default>('test.fail', fileOf('fail'));
const A = { tenant: 'a' };

function computeFor(t: TestContext, options: ComputeOptions = {}): Compute {
  const compute = createCompute({ threads: 1, ...options });
  t.after(() => compute.close());
  return compute;
}

/** Occupies a thread until `end` is called. Resolves when it has begun. */
async function occupy(compute: Compute, options: { tenant: string; signal?: AbortSignal }) {
  const shared = new SharedArrayBuffer(8);
  const numbers = new Int32Array(shared);
  const done = compute.run(SPIN, shared, options);
  const begun = Atomics.waitAsync(numbers, 1, 0);
  await Promise.race([begun.value, done]);
  return { done, end: () => Atomics.store(numbers, 0, 1) };
}

const isProblem = (status: number, detail: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Problem, String(error));
  assert.equal(error.status, status);
  assert.match(error.message, detail);
  return true;
};

describe('a computation', () => {
  test('runs in another thread, which sees no settings', async (t) => {
    const { input, thread, home } = await computeFor(t).run(ECHO, 'a', A);
    assert.equal(input, 'a');
    assert.notEqual(thread, 0);
    assert.equal(home, undefined);
  });

  test('leaves the event loop free', async (t) => {
    const { done, end } = await occupy(computeFor(t), A);
    let turns = 0;
    while (turns < 100) {
      await new Promise(setImmediate);
      turns += 1;
    }
    end();
    await done;
  });

  test('moves buffers in both directions instead of copying them', async (t) => {
    const bytes = new Uint8Array([1, 2, 3]);
    const reversed = await computeFor(t).run(REVERSE, bytes, { ...A, transfer: [bytes.buffer] });
    assert.deepEqual([...reversed], [3, 2, 1]);
    assert.equal(bytes.byteLength, 0);
  });

  test('that throws fails with its own error, and the thread goes on', async (t) => {
    const compute = computeFor(t);
    await assert.rejects(compute.run(FAIL, 'a bad day', A), { name: 'TypeError', message: 'a bad day' });
    assert.equal((await compute.run(ECHO, 'b', A)).input, 'b');
  });

  test('that takes too long is ended with 422, and the next one runs', async (t) => {
    const compute = computeFor(t);
    const endless = compute.run(SHORT_SPIN, new SharedArrayBuffer(8), A);
    const next = compute.run(ECHO, 'next', A);
    await assert.rejects(endless, isProblem(422, /^test\.spin: took more than 0\.3 s of CPU time, expected less/));
    assert.equal((await next).input, 'next');
  });

  test('that takes too much memory is ended with 422, and the next one runs', async (t) => {
    const compute = computeFor(t, { memoryMb: 32 });
    await assert.rejects(
      compute.run(FILL, undefined, A),
      isProblem(422, /^test\.fill: took more than 32 MB of memory/),
    );
    assert.equal((await compute.run(ECHO, 'next', A)).input, 'next');
  });

  test('is ended when its client goes away, whether it runs or waits', async (t) => {
    const compute = computeFor(t);
    const client = new AbortController();
    const { done } = await occupy(compute, { ...A, signal: client.signal });
    const waits = compute.run(ECHO, 'never', { ...A, signal: client.signal });
    const other = compute.run(ECHO, 'other', A);
    client.abort();
    await assert.rejects(done, isProblem(499, /closed the connection/));
    await assert.rejects(waits, isProblem(499, /closed the connection/));
    assert.equal((await other).input, 'other');
  });

  test('of one tenant does not wait for all those of another', async (t) => {
    const compute = computeFor(t);
    const { done, end } = await occupy(compute, A);
    const order: string[] = [];
    const run = async (tenant: string, input: string) => {
      await compute.run(ECHO, input, { tenant });
      order.push(input);
    };
    const all = [run('a', 'a1'), run('a', 'a2'), run('a', 'a3'), run('b', 'b1'), run('b', 'b2'), run('c', 'c1')];
    end();
    await Promise.all([done, ...all]);
    assert.deepEqual(order, ['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  });

  test('is refused with 503 if too many of its tenant wait, while other tenants still may', async (t) => {
    const compute = computeFor(t);
    const { done, end } = await occupy(compute, A);
    const waiting = Array.from({ length: 16 }, (_, i) => compute.run(ECHO, String(i), A));
    await assert.rejects(compute.run(ECHO, 'one more', A), (error) => {
      assert.ok(error instanceof Problem);
      assert.ok(Number(error.headers['Retry-After']) > 0);
      return isProblem(503, /Too many computations are waiting/)(error);
    });
    const other = compute.run(ECHO, 'other', { tenant: 'b' });
    end();
    await Promise.all([done, ...waiting, other]);
  });

  test('is counted in seconds, and refused if its tenant has used up those of today', async (t) => {
    const used = new Map<string, number>();
    const shares = {
      ...UNLIMITED,
      take(tenant: string) {
        if (tenant === 'poor') throw new Problem(429, 'Too Many Requests', 'computeSecondsPerDay');
      },
      add: (tenant: string, _what: string, seconds: number) => void used.set(tenant, seconds),
    };
    const compute = computeFor(t, { shares });
    await assert.rejects(compute.run(ECHO, 'a', { tenant: 'poor' }), isProblem(429, /computeSecondsPerDay/));
    await compute.run(ECHO, 'a', A);
    assert.deepEqual([...used.keys()], ['a']);
    assert.ok((used.get('a') ?? 0) > 0);
  });

  test('is ended with 503 when the server stops', async (t) => {
    const compute = computeFor(t);
    const { done } = await occupy(compute, A);
    const waits = compute.run(ECHO, 'never', A);
    const refused = [
      assert.rejects(done, isProblem(503, /is stopping/)),
      assert.rejects(waits, isProblem(503, /is stopping/)),
    ];
    await compute.close();
    await Promise.all(refused);
    await assert.rejects(compute.run(ECHO, 'late', A), isProblem(503, /is stopping/));
  });

  test('is counted in the metrics', async (t) => {
    const readers: (() => string | Promise<string>)[] = [];
    const compute = computeFor(t, { metrics: { add: (read) => void readers.push(read) } });
    await compute.run(ECHO, 'a', A);
    await assert.rejects(compute.run(SHORT_SPIN, new SharedArrayBuffer(8), A));
    const text = await readers[0]?.();
    assert.match(text ?? '', /^alzette_compute_runs_total\{task="test\.echo"\} 1$/m);
    assert.match(text ?? '', /^alzette_compute_ended_total\{limit="time"\} 1$/m);
    assert.match(text ?? '', /^alzette_compute_waiting 0$/m);
  });
});
