import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { createBroker } from '@alzette/broker';
import { eachDatabase } from '@alzette/broker/test-support';
import { run } from '../src/run.ts';
import { allCases } from '../src/verdict.ts';
import { notYet } from './not-yet.ts';

eachDatabase('Our broker', (test) => {
  test('passes every case except those listed', async (t, db) => {
    const broker = await createBroker({ db, publicUrl: 'http://127.0.0.1' });
    t.after(() => broker.close());
    await broker.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = broker.app.server.address() as AddressInfo;
    const verdict = await run({ url: `http://127.0.0.1:${port}`, timeoutMs: 15_000, jobs: 4 });

    const cases = allCases(verdict);
    const failures = cases.filter((one) => one.outcome === 'failed');
    const unexpected = failures.filter(({ id }) => !(id in notYet));
    assert.deepEqual(
      unexpected.map(({ id, expected, got, request }) => ({ id, expected, got, request })),
      [],
    );
    const failed = new Set(failures.map(({ id }) => id));
    const better = Object.keys(notYet).filter((id) => !failed.has(id));
    assert.deepEqual(better, [], 'these pass now: take them out of not-yet.ts');
    assert.deepEqual(
      cases.filter(({ outcome }) => outcome === 'skipped'),
      [],
    );
    assert.ok(cases.length > 1000, `${cases.length} cases`);
  });
});
