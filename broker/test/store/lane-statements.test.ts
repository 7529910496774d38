import assert from 'node:assert/strict';
import { setTimeout as pause, setImmediate } from 'node:timers/promises';
import { eachDatabase, freshTenant } from '@alzette/broker/test-support';
import { createWriteLane } from '../../src/entities/write-lane/lane.ts';
import { create, id, increment } from './lane-lamps.ts';

/** `onBatch` is called after the writers are answered. */
async function untilTold(batches: readonly number[], entities: number): Promise<void> {
  while (batches.reduce((sum, each) => sum + each, 0) < entities) await setImmediate();
}

eachDatabase('Statements of the write lane', (test) => {
  test('divides waiting entities between its statements, unless they are few', async (_t, db) => {
    const tenant = freshTenant();
    const batches: number[] = [];
    const lane = createWriteLane(db, { onBatch: (entities) => batches.push(entities) });
    const createAll = async (first: number, count: number) => {
      await Promise.all(
        Array.from({ length: count }, (_, n) => lane.write(tenant, id(first + n), create(id(first + n)))),
      );
      await untilTold(batches, count);
      return batches.splice(0);
    };
    assert.deepEqual(await createAll(0, 32), [16, 16]);
    assert.deepEqual(await createAll(32, 8), [8]);
    assert.deepEqual(await createAll(40, 12), [12]);
    assert.deepEqual(await createAll(52, 14), [7, 7]);
  });

  test('starts no further statement for the first few that arrive while one is in flight', async (_t, db) => {
    const tenant = freshTenant();
    const batches: number[] = [];
    const lane = createWriteLane(db, { onBatch: (entities) => batches.push(entities) });
    const write = (n: number) => lane.write(tenant, id(n), create(id(n)));
    // On a busy machine the first may end before the last arrives, but not each time.
    for (let first = 0; first < 110 && batches.length !== 2; first += 11) {
      batches.length = 0;
      const all = Array.from({ length: 8 }, (_, n) => write(first + n));
      await setImmediate();
      for (let n = 8; n < 11; n++) {
        all.push(write(first + n));
        await setImmediate();
      }
      await Promise.all(all);
      await untilTold(batches, all.length);
    }
    assert.deepEqual(batches, [8, 3]);
  });

  test('does not wait for a statement that itself waits for the row of another process', async (_t, db) => {
    if (db.kind === 'pglite') return; // it has only one session
    const tenant = freshTenant();
    const lane = createWriteLane(db);
    await Promise.all([1, 2, 3].map((n) => lane.write(tenant, id(n), create(id(n)))));
    const held = Promise.withResolvers<void>();
    const letGo = Promise.withResolvers<void>();
    const other = db.transaction(async (tx) => {
      await tx.query({ text: 'SELECT FROM entity WHERE tenant = $1 AND id <> $2 FOR UPDATE', values: [tenant, id(3)] });
      held.resolve();
      await letGo.promise;
    });
    await held.promise;
    const done: number[] = [];
    const blocked = [1, 2].map((n) => lane.write(tenant, id(n), increment).then(() => done.push(n)));
    await setImmediate();
    const free = lane.write(tenant, id(3), increment).then(() => done.push(3));
    const patience = pause(5000, undefined, { ref: false });
    await Promise.race([free, patience]);
    letGo.resolve();
    await Promise.all([other, free, ...blocked]);
    assert.equal(done[0], 3);
  });
});
