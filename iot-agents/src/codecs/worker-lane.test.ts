import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { SANDBOX_LIMITS } from './codec.ts';
import { createCodecPool } from './codec-pool.ts';
import { createWorkerLane } from './worker-lane.ts';

const SOURCE = 'function decodeUplink(i){return {data:{n:i.bytes.length}}}';
const INPUT = '{"bytes":[1,2],"fPort":7,"recvTime":"2024-03-01T00:00:00.000Z"}';

/** The threads started during the test. */
function startedIn(t: TestContext): readonly Worker[] {
  const started: Worker[] = [];
  const onWorker = (worker: Worker) => started.push(worker);
  process.on('worker', onWorker);
  t.after(() => process.off('worker', onWorker));
  return started;
}

test('an idle thread is ended, and the next call starts another', { timeout: 60_000 }, async (t) => {
  const started = startedIn(t);
  const lane = createWorkerLane(SANDBOX_LIMITS, 1_000, 100);
  t.after(() => lane.close());
  const decode = () => lane.run('hash', SOURCE, [INPUT]);

  const first = await decode();
  const again = await decode();
  assert.equal(started.length, 1);
  await once(started[0] as Worker, 'exit');
  const afterwards = await decode();

  assert.equal(started.length, 2);
  for (const { outcomes, killed } of [first, again, afterwards]) {
    assert.deepEqual(
      outcomes.map((text) => JSON.parse(text).data),
      [{ n: 2 }],
    );
    assert.equal(killed, false);
  }
});

test('a lane takes over an idle thread of another lane, but not a busy one', { timeout: 60_000 }, async (t) => {
  const started = startedIn(t);
  const [trial, proven] = [createWorkerLane(SANDBOX_LIMITS, 1_000, 100), createWorkerLane(SANDBOX_LIMITS, 1_000)];
  t.after(() => Promise.all([trial.close(), proven.close()]));
  const works = trial.run('hash', SOURCE, [INPUT]);
  proven.adopt(trial);
  await Promise.all([works, proven.run('hash', SOURCE, [INPUT])]);
  assert.equal(started.length, 2);

  const third = createWorkerLane(SANDBOX_LIMITS, 1_000);
  t.after(() => third.close());
  third.adopt(proven);
  const { outcomes } = await third.run('hash', SOURCE, [INPUT]);
  assert.deepEqual([JSON.parse(outcomes[0] ?? '').data, started.length], [{ n: 2 }, 2]);
  await proven.run('hash', SOURCE, [INPUT]);
  assert.equal(started.length, 3);
});

test('proven codecs stay in the thread in which they were tried', { timeout: 60_000 }, async (t) => {
  const started = startedIn(t);
  const pool = createCodecPool();
  t.after(() => pool.close());
  const inputs = Array.from({ length: 60 }, () => ({
    bytes: Uint8Array.of(1),
    fPort: 7,
    recvTime: new Date(0).toISOString(),
  }));
  for (let time = 0; time < 3; time++) await pool.decode(SOURCE, inputs);
  assert.equal(started.length, 1);
  await pool.decode(`${SOURCE}//`, inputs.slice(0, 1));
  assert.equal(started.length, 2);
});
