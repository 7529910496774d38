import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { eachDatabase } from '../support/index.ts';

eachDatabase('A row that breaks a constraint', (test) => {
  test('is refused with its table, constraint and values', async (_t, db) => {
    const values = [`refused-${randomUUID()}`];
    const insert = { text: 'INSERT INTO tenant (name) VALUES ($1)', values };
    await db.query(insert);
    await assert.rejects(db.query(insert), {
      code: '23505',
      table: 'tenant',
      constraint: 'tenant_pkey',
      detail: `Key (name)=(${values[0]}) already exists.`,
    });
  });
});
