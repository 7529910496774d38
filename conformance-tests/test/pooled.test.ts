import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { createBroker, openDatabase } from '@alzette/broker';
import { startPgbouncer } from '../../scripts/pgbouncer.ts';
import { findProgram } from '../../scripts/programs.ts';
import { run } from '../src/run.ts';
import { allCases } from '../src/verdict.ts';
import { database, NO_DATABASE, only } from './support/scaled.ts';

const program = findProgram('pgbouncer');

describe('Our broker behind PgBouncer in transaction mode', {
  skip: (database === undefined && NO_DATABASE) || (program === undefined && 'PgBouncer is missing'),
}, () => {
  test('passes every case, starting with an empty database', { timeout: 300_000 }, async (t) => {
    const directUrl = (await database?.url()) as string; // otherwise skipped
    const bouncer = await startPgbouncer(program as string, directUrl);
    const db = await openDatabase({ url: bouncer.url, directUrl });
    const broker = await createBroker({ db, publicUrl: 'http://127.0.0.1', instance: 'pooled' });
    t.after(async () => {
      await broker.close();
      await db.close();
      await bouncer.stop();
    });
    await broker.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = broker.app.server.address() as AddressInfo;
    const verdict = await run({ url: `http://127.0.0.1:${port}`, only, timeoutMs: 15_000, jobs: 4 });
    const cases = allCases(verdict);
    assert.deepEqual(
      cases.filter(({ outcome }) => outcome !== 'passed'),
      [],
    );
    assert.ok(cases.length > 100, `${cases.length} cases`);
  });
});
