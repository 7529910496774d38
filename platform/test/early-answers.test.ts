import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDatabase } from '@alzette/broker';
import { eventually } from '@alzette/kit/testing';
import { findPostgres, startPostgres } from '../../scripts/postgres-server.ts';
import { freePort, startPlatformProcess } from './support/platform-process.ts';

const postgres = findPostgres();
const skip = postgres === undefined && 'PostgreSQL 17 with PostGIS is missing';

test('a product that migrates its database answers 503 with Retry-After, and nothing if others serve its clients', {
  skip,
  timeout: 400_000,
}, async (t) => {
  const server = await startPostgres(postgres as string); // otherwise skipped
  t.after(() => server.stop());
  const start = async (port: number) => {
    const settings = {
      DATABASE_URL: server.url,
      ACCESS: 'open',
      DEMO: 'off',
      SECRET_KEY: 'the secret key of the tests',
    };
    const product = await startPlatformProcess({ ...settings, PORT: String(port) });
    t.after(() => product.kill());
    return product;
  };
  const ask = async (port: number) => {
    try {
      const { status, headers } = await fetch(`http://127.0.0.1:${port}/ngsi-ld/v1/types`);
      return [status, headers.get('retry-after')];
    } catch {
      return undefined; // refused
    }
  };

  // As long as another migration takes.
  const db = await openDatabase({ url: server.url });
  t.after(() => db.close());
  const port = await freePort();
  let starting: ReturnType<typeof start> | undefined;
  const seen: unknown[] = [];
  await db.transaction(async (tx) => {
    await tx.query({ text: `SELECT pg_advisory_xact_lock(hashtextextended('alzette.migration', 0))` });
    starting = start(port);
    seen.push(await eventually('an early answer', () => ask(port), 120_000));
  });
  assert.deepEqual(seen, [[503, '2']]);
  await starting;
  assert.deepEqual(await ask(port), [200, null]);

  const other = await freePort();
  const second = start(other);
  const answers = new Set<unknown>();
  await eventually(
    'the second product',
    async () => {
      const answer = await ask(other);
      if (answer !== undefined) answers.add(answer[0]);
      return answer?.[0] === 200 || undefined;
    },
    120_000,
  );
  await second;
  assert.deepEqual([...answers], [200]);
});
