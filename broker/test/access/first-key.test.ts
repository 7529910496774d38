import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { createBroker } from '../../src/main.ts';
import { anotherPostgres } from '../support/databases.ts';
import { AUDIENCE } from './issuer.ts';

const database = anotherPostgres();
const skip = database ? false : 'PostgreSQL 17 with PostGIS is missing (TEST_DATABASE_URL is not set)';

test('the first start creates one administrator key, however many processes start', { skip }, async (t) => {
  const db = await (database as NonNullable<typeof database>).open(); // otherwise the test is skipped
  const shownKeys: string[] = [];
  const start = (instance: string) =>
    createBroker({
      db,
      publicUrl: AUDIENCE,
      access: 'enforced',
      instance,
      logger: pino({ level: 'silent' }),
      onFirstKey: (key) => void shownKeys.push(key),
    });
  const brokers = await Promise.all(['first', 'second', 'third'].map(start));
  t.after(() => Promise.all(brokers.map((broker) => broker.close())));
  assert.equal(shownKeys.length, 1);
  const headers = { 'x-api-key': shownKeys[0] as string };
  const list = await brokers[0]?.app.inject({ url: '/ops/access/keys', headers });
  assert.equal(list?.statusCode, 200, list?.body);
  assert.equal(list?.json().length, 1);
});
