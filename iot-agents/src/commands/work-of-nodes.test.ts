import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NODE_AWAY } from '@alzette/kit/outage';
import { workOfNodes } from './work-of-nodes.ts';

test('work on an unreachable node is done in order when it is reachable again; other errors are thrown', async () => {
  const done: string[] = [];
  let isAway = true;
  const work = (name: string) => async () => {
    if (isAway) throw Object.assign(new Error('away'), { code: NODE_AWAY });
    done.push(name);
  };
  const { now, again } = workOfNodes();
  await now(work('first'));
  await now(work('second'));
  await now(async () => done.push('of another node'));
  await again();
  assert.deepEqual(done, ['of another node']);
  isAway = false;
  await again();
  await again();
  assert.deepEqual(done, ['of another node', 'first', 'second']);
  await assert.rejects(
    now(async () => Promise.reject(new TypeError('wrong'))),
    TypeError,
  );
});
