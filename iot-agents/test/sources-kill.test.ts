import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { sourceTopic } from '../src/inbox/source-message.ts';
import { startTerritory } from './support/territory.ts';
import { startWebServer } from './support/web-server.ts';

const AT_FIRST = 100;
const SOURCE = {
  id: 'counted',
  name: 'Counted',
  kind: 'http',
  schedule: { everyS: 1 },
  observedAt: { value: 'data.at' },
  entities: [
    { type: 'Counted', id: "'urn:ngsi-ld:Counted:' + data.n", attributes: [{ name: 'number', value: 'data.n' }] },
  ],
};

for (const database of testDatabases().filter(({ kind }) => kind === 'postgres')) {
  test('data of a source are neither lost nor imported twice when the process is killed', {
    timeout: 180_000,
  }, async (t) => {
    let asked = 0;
    const item = (n: number) => ({ n, at: new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString() });
    let onAsked = (): void => undefined;
    const server = await startWebServer(() => {
      asked += 1;
      onAsked();
      return { body: Array.from({ length: AT_FIRST * Math.min(asked, 3) }, (_, n) => item(n)) };
    });
    t.after(() => server.close());
    const db = await database.open();
    const first = await startTerritory(db);
    const payload = { ...SOURCE, enabled: false, from: { url: server.url } };
    assert.equal((await first.app.inject({ method: 'POST', url: '/iot/sources', payload })).statusCode, 201);
    await first.close();

    const child = fork(new URL('./support/agent-process.ts', import.meta.url), {
      env: { ...process.env, DATABASE_URL: await database.url() },
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    t.after(() => child.kill('SIGKILL'));
    await once(child, 'message');
    const exited = once(child, 'exit');
    // During the third request, the data of the second are being delivered.
    onAsked = () => asked === 3 && child.kill('SIGKILL');
    await db.query({
      text: `UPDATE iot.source SET document = document - 'enabled', next_run_at = now() WHERE id = $1`,
      values: [SOURCE.id],
    });
    await db.query({ text: `SELECT send_message('iot_sources', '')` });
    await exited;
    await db.query({ text: 'UPDATE iot.source SET leased_until = now() WHERE id = $1', values: [SOURCE.id] });

    const again = await startTerritory(db);
    t.after(() => again.close());
    const all = AT_FIRST * 3;
    const stands = async () => {
      const { rows } = await db.query<{ left: number; known: number }>({
        text: `SELECT (SELECT count(*) FROM iot.inbox WHERE topic = $2)::int AS left,
          (SELECT count(*) FROM iot.source_item WHERE tenant = '' AND source = $1)::int AS known`,
        values: [SOURCE.id, sourceTopic(SOURCE.id)],
      });
      return rows[0];
    };
    await eventually(
      'all taken and delivered',
      async () => {
        const now = await stands();
        return now?.left === 0 && now.known === all ? true : undefined;
      },
      60_000,
    ).catch(async (cause) => {
      const { rows } = await db.query({ text: `SELECT *, now() FROM iot.source` });
      const parts = await db.query({ text: 'SELECT process, count(*) FROM iot.inbox_partition GROUP BY 1' });
      assert.fail(`${cause.message}: ${JSON.stringify([asked, await stands(), rows, parts.rows])}`);
    });
    const instances: number[] = [];
    for (let n = 0; n < all; n++) {
      const answer = await again.app.inject({ url: `/ngsi-ld/v1/temporal/entities/urn:ngsi-ld:Counted:${n}` });
      const attributes = Object.entries(answer.json()).filter(([name]) => name.includes('number'));
      instances.push(...attributes.map(([, value]) => (Array.isArray(value) ? value.length : 1)));
    }
    assert.deepEqual([instances.length, Math.max(...instances)], [all, 1]);
  });
}
