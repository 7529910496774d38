import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDatabase } from '../../src/database/open-database.ts';

const url = process.env.TEST_DATABASE_URL ?? '';
const TRANSACTIONS = 10;

/** Runs concurrent transactions. @returns the number of connections used; with `isTogether` none ends before all have begun */
async function connectionsOf(connections: number, isTogether: boolean): Promise<number> {
  const db = await openDatabase({ url, connections });
  let begun = 0;
  const all = Promise.withResolvers<void>();
  const pids = Array.from({ length: TRANSACTIONS }, () =>
    db.transaction(async (tx) => {
      const { rows } = await tx.query<{ pid: number }>({ text: 'SELECT pg_backend_pid() AS pid' });
      begun += 1;
      if (begun === TRANSACTIONS) all.resolve();
      if (isTogether) await all.promise;
      return rows[0]?.pid;
    }),
  );
  const found = new Set(await Promise.all(pids));
  await db.close();
  return found.size;
}

test('a process opens as many connections as its setting allows', {
  skip: !url && 'no TEST_DATABASE_URL',
}, async () => {
  assert.equal(await connectionsOf(20, true), TRANSACTIONS);
  assert.ok((await connectionsOf(4, false)) <= 4);
});
