import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newDatabase } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { startServiceHost } from '../../../platform/test/support/service-host.ts';
import { quietestRun } from '../../kit/test/support/busiest-turn.ts';
import { openData } from '../src/service.ts';

const ROWS = 15_000;
const BLOCK_MS = 50;
const COLUMNS = [
  { name: 'Nom', kind: 'text' },
  { name: 'Puissance', kind: 'number' },
  { name: 'Rue', kind: 'text' },
];

test('a file of 15,000 given rows leaves the event loop free', async (t) => {
  const db = await newDatabase();
  const host = await startServiceHost(t, db, [openData]);
  t.after(() => db.close()); // after the host
  const rows = (count: number) =>
    Array.from({ length: count }, (_, i) => ({
      id: `l${i}`,
      values: [`L ${i}`, i, `R ${i % 300}`],
      place: [5.9, 49.4],
      at: '2026-11-01T12:00:00Z',
    }));
  const payload = (format: string, count: number) =>
    JSON.stringify({ name: 'lamps', format, columns: COLUMNS, rows: rows(count) });
  const write = async (body: string) => {
    const answer = await host.app.inject({
      method: 'POST',
      url: '/opendata/exports',
      headers: { 'content-type': 'application/json' },
      payload: body,
    });
    assert.equal(answer.statusCode, 202, answer.body);
    const path = String(answer.headers.location);
    await eventually('the file is written', async () => {
      const { body } = await host.ask('GET', path);
      assert.notEqual(body.state, 'failed', body.fault);
      return body.state === 'done' ? body : undefined;
    });
  };
  for (const format of ['csv', 'xlsx']) {
    await write(payload(format, 2000));
    const body = payload(format, ROWS);
    const { busiestMs } = await quietestRun(BLOCK_MS, () => write(body));
    assert.ok(busiestMs < BLOCK_MS, `${format}: a turn of ${busiestMs} ms`);
  }
});
