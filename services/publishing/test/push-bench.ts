import { test } from 'node:test';
import { anotherPostgres } from '@alzette/broker/test-support';
import { tellManyEndpoints } from './support/many-endpoints.ts';

/*
 * npm run bench -- push: TEST_DATABASE_URL names the PostgreSQL server; PUSH_ENDPOINTS is the number of endpoints,
 * default 10,000.
 */
const count = Number(process.env.PUSH_ENDPOINTS ?? 10_000);

test(`${count} endpoints are notified`, async (t) => {
  const database = anotherPostgres();
  if (database === undefined) throw new Error('TEST_DATABASE_URL: got nothing, expected the URL of a PostgreSQL');
  const told = await tellManyEndpoints(t, await database.open(), count);
  if (told === undefined) throw new Error('openssl is missing');
  const rate = Math.round(count / told.seconds);
  console.log(`${count} endpoints told in ${told.seconds.toFixed(1)} s (${rate} a second), ${told.gone} forgotten`);
});
