import { test } from 'node:test';
import { anotherPostgres } from '@alzette/broker/test-support';
import { notifyManyEndpoints } from './support/many-endpoints.ts';

/*
 * npm run bench -- push: TEST_DATABASE_URL names the PostgreSQL server; PUSH_ENDPOINTS is the number of endpoints,
 * default 10,000.
 */
const count = Number(process.env.PUSH_ENDPOINTS ?? 10_000);

test(`${count} endpoints are notified`, async (t) => {
  const database = anotherPostgres();
  if (database === undefined) throw new Error('TEST_DATABASE_URL: got nothing, expected the URL of a PostgreSQL');
  const result = await notifyManyEndpoints(t, await database.open(), count);
  if (result === undefined) throw new Error('openssl is missing');
  const rate = Math.round(count / result.seconds);
  console.log(
    `${count} endpoints notified in ${result.seconds.toFixed(1)} s (${rate} per second), ${result.gone} deleted`,
  );
});
