import assert from 'node:assert/strict';
import { eachDatabase } from '../support/index.ts';

eachDatabase('A lock by name', (test) => {
  test('is held by one of several that ask for it at once, and is free after that', async (_t, db) => {
    const several = () => Promise.all(Array.from({ length: 5 }, () => db.lockName('the same')));
    for (let round = 0; round < 2; round++) {
      const held = (await several()).filter((release) => release !== undefined);
      assert.equal(held.length, 1);
      assert.equal(await db.lockName('the same'), undefined);
      for (const release of held) await release();
    }
  });
});
