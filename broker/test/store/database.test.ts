import assert from 'node:assert/strict';
import { eachDatabase } from '@alzette/broker/test-support';

eachDatabase('Database', (test) => {
  test('returns each type by the contract, for each database', async (_t, db) => {
    const { rows } = await db.query({
      name: 'types',
      text: `SELECT $1::jsonb AS document, $2::timestamptz AS at, $3::int8 AS big, $4::text[] AS texts,
               $5::float8[] AS numbers, $6::boolean AS yes, $7::timestamptz[] AS times, NULL AS nothing`,
      values: [
        '{"a": [1, "é"]}',
        new Date('2026-03-01T12:00:00.123Z'),
        9_007_199_254_740_991,
        ['plain', 'a "quoted" \\ one', null, ''],
        [1.5, null, -2e-7],
        true,
        [new Date(0)],
      ],
    });
    assert.deepEqual(rows, [
      {
        document: '{"a": [1, "é"]}',
        at: new Date('2026-03-01T12:00:00.123Z'),
        big: 9_007_199_254_740_991,
        texts: ['plain', 'a "quoted" \\ one', null, ''],
        numbers: [1.5, null, -2e-7],
        yes: true,
        times: [new Date(0)],
        nothing: null,
      },
    ]);
  });

  test('returns the number of affected rows', async (_t, db) => {
    await db.query({ text: 'CREATE TABLE touched (n integer); INSERT INTO touched VALUES (0)' });
    const inserted = await db.query({ text: 'INSERT INTO touched SELECT generate_series(1, $1)', values: [5] });
    const deleted = await db.query({ text: 'DELETE FROM touched WHERE n > $1', values: [3] });
    const counted = await db.query({ text: 'SELECT count(*) FROM touched' });
    assert.deepEqual([inserted.rowCount, deleted.rowCount, counted.rows], [5, 2, [{ count: 4 }]]);
  });

  test('returns the SQLSTATE of a refused statement, and stays usable', async (_t, db) => {
    await assert.rejects(db.query({ name: 'refused', text: 'SELECT $1::integer', values: ['x'] }), { code: '22P02' });
    const { rows } = await db.query({ name: 'refused', text: 'SELECT $1::integer', values: ['7'] });
    assert.deepEqual(rows, [{ int4: 7 }]);
  });

  test('stays usable after thousands of refused statements', async (_t, db) => {
    for (const text of ['SELECT FROM', 'SELECT 1 / 0', "SELECT 'x'::uuid"]) {
      for (let i = 0; i < 1_000; i++) await assert.rejects(db.query({ text }), { code: /^(42601|22012|22P02)$/ });
    }
    assert.deepEqual((await db.query({ text: 'SELECT 1 AS one' })).rows, [{ one: 1 }]);
  });

  test('rolls back what a rejected transaction did', async (_t, db) => {
    await db.query({ text: 'CREATE TABLE kept (n integer)' });
    const failing = db.transaction(async (tx) => {
      await tx.query({ text: 'INSERT INTO kept VALUES (1)' });
      throw new Error('on purpose');
    });
    await assert.rejects(failing, /on purpose/);
    await db.transaction((tx) => tx.query({ text: 'INSERT INTO kept VALUES (2)' }));
    assert.deepEqual((await db.query({ text: 'SELECT n FROM kept' })).rows, [{ n: 2 }]);
  });

  test('never commits a transaction with an unhandled failed statement', async (_t, db) => {
    const careless = db.transaction(async (tx) => {
      await tx.query({ text: 'SELECT 1 / 0' }).catch(() => {});
    });
    await assert.rejects(careless, /rolled back/);
  });

  test('keeps other statements out of a transaction', async (_t, db) => {
    await db.query({ text: 'CREATE TABLE apart (n integer)' });
    const transaction = db.transaction(async (tx) => {
      await tx.query({ text: 'INSERT INTO apart VALUES (1)' });
      await new Promise((resolve) => setTimeout(resolve, 20));
      throw new Error('on purpose');
    });
    const outside = Array.from({ length: 20 }, () => db.query({ text: 'INSERT INTO apart VALUES (2)' }));
    await assert.rejects(transaction);
    await Promise.all(outside);
    const { rows } = await db.query({ text: 'SELECT n, count(*) FROM apart GROUP BY n' });
    assert.deepEqual(rows, [{ n: 2, count: 20 }]);
  });

  test('passes each payload of a channel to its listeners, until they stop listening', async (_t, db) => {
    const payloads: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = await db.listen('the "channel"', (payload) => {
      payloads.push(payload);
      if (payload === 'last') resolve();
    });
    const notify = (payload: string) =>
      db.query({ text: 'SELECT send_message($1, $2)', values: ['the "channel"', payload] });
    await notify('first');
    await notify('last');
    await promise;
    await stop();
    await notify('unheard');
    await db.query({ text: 'SELECT 1' });
    assert.deepEqual(payloads, ['first', 'last']);
  });
});
