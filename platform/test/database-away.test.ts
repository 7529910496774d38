import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '@alzette/kit/testing';
import { findPostgres, startPostgres } from '../../scripts/postgres-server.ts';
import { startPlatformProcess } from './support/platform-process.ts';

const postgres = findPostgres();
const skip = postgres === undefined && 'PostgreSQL 17 with PostGIS is missing';
const MOST_BYTES_A_MINUTE = 20_000;
/** With a growing pause, at most this often in a minute; before it was 38 a second. */
const MOST_TURNS_OF_RULES = 15;
const PATIENCE_MS = 120_000;

interface Ended {
  readonly failedRequests: number;
  readonly failed: Readonly<Record<string, number>>;
}

test('a minute without the database is a few lines in the log of the product, and no loop is busy', {
  skip,
  timeout: 400_000,
}, async (t) => {
  const server = await startPostgres(postgres as string); // otherwise skipped
  t.after(() => server.stop());
  const product = await startPlatformProcess({
    DATABASE_URL: server.url,
    ACCESS: 'open',
    DEMO: 'off',
    LOG_LEVEL: 'info',
    SECRET_KEY: 'the secret key of the tests',
  });
  t.after(() => product.kill());
  const write = (level: number) =>
    fetch(`${product.url}/ngsi-ld/v1/entities`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id: `urn:ngsi-ld:Lamp:${level}`, type: 'Lamp' }),
      signal: AbortSignal.timeout(30_000),
    }).then(({ status }) => status);
  assert.equal(await write(0), 201);

  const before = product.output().length;
  await server.crash();
  const refused = await Promise.all([1, 2, 3].map(write));
  assert.deepEqual(refused, [503, 503, 503]);
  const told = () => product.output().slice(before);
  await eventually('the report after a minute', async () => told().includes(', still') || undefined, PATIENCE_MS);
  assert.ok(told().length < MOST_BYTES_A_MINUTE, `${told().length} bytes:\n${told().slice(0, 4000)}`);
  assert.doesNotMatch(told(), /"stack"/);

  await server.restart();
  await eventually('the end', async () => told().includes('available again') || undefined, PATIENCE_MS);
  const line = told()
    .split('\n')
    .find((one) => one.includes('available again')) as string;
  const { failed, failedRequests }: Ended = JSON.parse(line);
  assert.ok(failedRequests >= 3, line);
  const turns = failed['could not evaluate the rules; will retry'] ?? 0;
  assert.ok(turns >= 2 && turns <= MOST_TURNS_OF_RULES, line);
  await eventually('a write', async () => (await write(100)) === 201 || undefined, PATIENCE_MS);
});
