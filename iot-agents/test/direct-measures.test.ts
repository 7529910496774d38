import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { chosenBy, freshTenant, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { connectAsync } from 'mqtt';
import { askAgents } from './support/ask.ts';

for (const database of chosenBy('direct-measures', testDatabases())) {
  describe(`measurements beside a broker on ${database.kind}`, () => {
    const { close, territory } = askAgents(database);
    after(close);

    const service = async () => {
      const { app } = await territory();
      const tenant = freshTenant();
      const apikey = `d${randomBytes(8).toString('hex')}`;
      const made = await app.inject({
        method: 'POST',
        url: '/iot/groups',
        headers: { 'fiware-service': tenant, 'fiware-servicepath': '/' },
        payload: { groups: [{ apikey, resource: '/iot/json', entity_type: 'Thing', explicitAttrs: false }] },
      });
      assert.equal(made.statusCode, 201, made.body);
      return { tenant, apikey };
    };
    const inserted = async (): Promise<number> => {
      const { rows } = await (await database.open()).query<{ value: number }>({
        text: `SELECT last_value AS value FROM pg_sequences WHERE schemaname = 'iot' AND sequencename = 'inbox_id_seq'`,
      });
      return Number(rows[0]?.value ?? 0);
    };
    const numbers = async (tenant: string) => {
      const { rows } = await (await database.open()).query<{ entity_id: string; number: number }>({
        text: 'SELECT entity_id, number FROM evolution WHERE tenant = $1 AND number IS NOT NULL ORDER BY n',
        values: [tenant],
      });
      return rows;
    };

    test('are acknowledged when they are in the history, in order, without using the inbox', async () => {
      const { mqtt } = await territory();
      const { tenant, apikey } = await service();
      const before = await inserted();
      const sent = Array.from({ length: 1_000 }, (_, n) =>
        mqtt.publishAsync(`/json/${apikey}/d${n % 10}/attrs`, JSON.stringify({ n }), { qos: 1 }),
      );
      await Promise.all(sent);
      const rows = await numbers(tenant);
      assert.equal(rows.length, 1_000);
      const last = new Map<string, number>();
      for (const { entity_id: id, number } of rows) {
        assert.ok(Number(number) > (last.get(id) ?? -1), `${number} of ${id} after ${last.get(id)}`);
        last.set(id, Number(number));
      }
      assert.equal(await inserted(), before);
    });

    test('that are invalid are quarantined, and do not delay the others', async () => {
      const { mqtt, app, agents } = await territory();
      const { tenant, apikey } = await service();
      const before = agents.counters().received;
      const topic = `/json/${apikey}/d/attrs`;
      await Promise.all(
        ['{"n":1}', 'rubbish', '{"n":2}', '[5]', '{"n":3}'].map((body) => mqtt.publishAsync(topic, body, { qos: 1 })),
      );
      await mqtt.publishAsync(`/json/nobody${apikey}/d/attrs`, '{"n":4}', { qos: 1 });
      assert.deepEqual(
        (await numbers(tenant)).map(({ number }) => Number(number)),
        [1, 2, 3],
      );
      await eventually('three in quarantine', async () => {
        const { frames } = (await app.inject('/iot/quarantine?limit=1000')).json<{
          frames: { topic: string; reason: string }[];
        }>();
        const ours = frames.filter((frame) => frame.topic.includes(apikey)).map(({ reason }) => reason);
        return ours.sort().join(' ') === 'bad_syntax bad_syntax unknown_key' || undefined;
      });
      assert.equal(agents.counters().received - before, 6);
    });

    test('are still delivered to a client that subscribes to them', async () => {
      const { mqtt, agents } = await territory();
      const { tenant, apikey } = await service();
      await mqtt.publishAsync(`/json/${apikey}/d/attrs`, '{"n":1}', { qos: 1 });
      const listener = await connectAsync(`mqtt://127.0.0.1:${agents.mqttPort}`);
      const messages: string[] = [];
      listener.on('message', (_topic, payload) => messages.push(payload.toString()));
      await listener.subscribeAsync(`/json/${apikey}/+/attrs`, { qos: 1 });
      for (const qos of [0, 1] as const)
        await mqtt.publishAsync(`/json/${apikey}/d/attrs`, `{"n":${qos + 2}}`, { qos });
      await eventually('both', () => messages.length === 2 || undefined);
      await eventually('all in the history', async () => (await numbers(tenant)).length === 3 || undefined);
      await listener.endAsync();
    });
  });
}
