import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { SlowPasses } from './slow-passes.ts';

/** Passes that a test ends, and the order in which they have begun. */
function passes(limits: ConstructorParameters<typeof SlowPasses>[0]) {
  const slow = new SlowPasses({ slowMs: 0, waitMs: 60_000, atOnce: 2, atOnceOfKind: 1, ...limits });
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    slow,
    begun,
    run: (kind: string, name: string, key?: string) =>
      slow.run(
        kind,
        () => key,
        async () => {
          begun.push(name);
          const { promise, resolve } = Promise.withResolvers<void>();
          ends.set(name, resolve);
          await promise;
          return name;
        },
      ),
    async end(name: string): Promise<void> {
      ends.get(name)?.();
      await turn();
    },
  };
}

test('slow queries of one kind run one after the other, and kinds take turns', async () => {
  const { run, begun, end } = passes({});
  const all = [run('a', 'a1'), run('a', 'a2'), run('a', 'a3'), run('b', 'b1'), run('c', 'c1'), run('c', 'c2')];
  await turn();
  assert.deepEqual(begun, ['a1', 'b1']);
  await end('a1');
  assert.deepEqual(begun, ['a1', 'b1', 'a2']);
  await end('a2');
  assert.deepEqual(begun, ['a1', 'b1', 'a2', 'c1']);
  await end('c1');
  assert.deepEqual(begun, ['a1', 'b1', 'a2', 'c1', 'a3']);
  for (const name of ['b1', 'a3', 'c2']) await end(name);
  assert.deepEqual(await Promise.all(all), ['a1', 'a2', 'a3', 'b1', 'c1', 'c2']);
});

test('a kind that proves fast is no longer limited', async () => {
  const { run, begun, end } = passes({ slowMs: 3_600_000 });
  const all = [run('a', 'a1'), run('a', 'a2'), run('a', 'a3')];
  await turn();
  assert.deepEqual(begun, ['a1']);
  await end('a1');
  assert.deepEqual(begun, ['a1', 'a2', 'a3']);
  all.push(run('a', 'a4'));
  assert.equal(begun.length, 4);
  for (const name of ['a2', 'a3', 'a4']) await end(name);
  await Promise.all(all);
});

test('identical waiting queries share an answer, but not that of a running one', async () => {
  const { run, begun, end, slow } = passes({});
  const all = [run('a', 'a1', 'x'), run('a', 'a2', 'x'), run('a', 'a3', 'x'), run('a', 'a4', 'y')];
  await turn();
  assert.equal(slow.waiting, 2);
  await end('a1');
  all.push(run('a', 'a5', 'x'));
  await end('a2');
  await end('a4');
  await end('a5');
  assert.deepEqual(await Promise.all(all), ['a1', 'a2', 'a2', 'a4', 'a5']);
  assert.deepEqual(begun, ['a1', 'a2', 'a4', 'a5']);
});

test('queries are refused if too many wait, or if they wait too long', async () => {
  const { run, end, slow } = passes({ mostWaiting: 3, mostWaitingOfKind: 2 });
  const all = [run('a', 'a1'), run('a', 'a2'), run('a', 'a3'), run('b', 'b1'), run('c', 'c1')];
  const refused = { type: 'TooSlowQuery' };
  await assert.rejects(run('a', 'a4'), refused);
  await assert.rejects(run('d', 'd1'), refused);
  assert.equal(slow.waiting, 3);
  for (const name of ['a1', 'b1', 'c1', 'a2', 'a3']) await end(name);
  await Promise.all(all);

  const impatient = passes({ waitMs: 1 });
  const first = impatient.run('a', 'a1');
  await assert.rejects(impatient.run('a', 'a2'), refused);
  assert.equal(impatient.slow.waiting, 0);
  await impatient.end('a1');
  assert.equal(await first, 'a1');
  const next = impatient.run('a', 'a3');
  await impatient.end('a3');
  assert.equal(await next, 'a3');
});

test('a failed query makes room for the next one', async () => {
  const { slow, run, end } = passes({ atOnce: 1 });
  const failing = slow.run(
    'a',
    () => undefined,
    async () => {
      await turn();
      throw new Error('failed');
    },
  );
  const next = run('b', 'b1');
  await assert.rejects(failing, /failed/);
  await turn();
  await end('b1');
  assert.equal(await next, 'b1');
});
