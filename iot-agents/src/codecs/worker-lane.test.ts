import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { SANDBOX_LIMITS } from './codec.ts';
import { createWorkerLane } from './worker-lane.ts';

test('a thread that has nothing to do is ended, and the next call finds another', { timeout: 60_000 }, async (t) => {
  const started: Worker[] = [];
  const onWorker = (worker: Worker) => started.push(worker);
  process.on('worker', onWorker);
  const lane = createWorkerLane(SANDBOX_LIMITS, 1_000, 100);
  t.after(async () => {
    process.off('worker', onWorker);
    await lane.close();
  });
  const source = 'function decodeUplink(i){return {data:{n:i.bytes.length}}}';
  const decode = () => lane.run('hash', source, ['{"bytes":[1,2],"fPort":7,"recvTime":"2024-03-01T00:00:00.000Z"}']);

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
