import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { chosenBy, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { askAgents } from './support/ask.ts';
import { chirpStackUplink } from './support/uplinks.ts';

for (const database of chosenBy('metrics', testDatabases())) {
  describe(`the metrics of the agents on ${database.kind}`, () => {
    const { ask, close, territory } = askAgents(database);
    after(close);
    /** Samples by name and labels. @throws AssertionError an invalid line, or a duplicate declaration */
    const read = async () => {
      const answer = await (await territory()).app.inject('/metrics');
      assert.equal(answer.statusCode, 200);
      assert.equal(answer.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
      const declared: string[] = [];
      const values = new Map<string, number>();
      for (const line of answer.body.trimEnd().split('\n')) {
        const [, name] = /^# TYPE (\S+) (?:counter|gauge)$/.exec(line) ?? [];
        if (name !== undefined) declared.push(name);
        if (line.startsWith('#')) continue;
        const [, sample = '', metric, value] = /^((\w+)(?:\{\w+="\w+"\})?) ([\d.]+)$/.exec(line) ?? [];
        assert.equal(metric, declared.at(-1), line);
        values.set(sample.replace('alzette_iot_', ''), Number(value));
      }
      assert.equal(new Set(declared).size, declared.length);
      return values;
    };
    const growth = async (act: () => Promise<unknown>, ...names: readonly string[]) => {
      const before = await read();
      await act();
      return eventually(`${names}`, async () => {
        const now = await read();
        const grown = names.map((name) => (now.get(name) ?? 0) - (before.get(name) ?? 0));
        return grown.every((by) => by > 0) ? grown : undefined;
      });
    };

    test('count received, delivered, duplicate, late, pending and quarantined messages', async () => {
      const { send, mqtt, agents } = await territory();
      const [devEui, profile] = [randomBytes(8).toString('hex'), `p-${randomBytes(4).toString('hex')}`];
      const entities = [{ type: 'Thing', id: 'device.asset', attributes: [{ name: 'n', value: 'data.n' }] }];
      await ask('POST', '/registry/profiles', { id: profile, name: 'Metered', entities });
      await ask('POST', '/registry/devices', { devEui, profile, asset: `urn:ngsi-ld:Thing:${devEui}` });
      const uplink = (fCnt: number, time: string) =>
        chirpStackUplink({ devEui, fCnt, bytes: [1], decoded: { n: fCnt }, time: `2026-07-01T21:${time}:00Z` });
      const frames = async () => {
        const before = agents.counters().delivered;
        await send(uplink(2, '20'));
        await send(uplink(2, '20'));
        await send(uplink(1, '10'));
        await send(chirpStackUplink({ devEui: randomBytes(8).toString('hex') }));
        await mqtt.publishAsync(`v3/a/devices/d-${devEui}/up`, 'no JSON', { qos: 1 });
        await eventually('delivery', () => (agents.counters().delivered >= before + 5 ? true : undefined));
      };
      const [received, delivered, duplicates, late, pending, unreadable] = await growth(
        frames,
        'received_total',
        'delivered_total',
        'duplicates_total',
        'late_total',
        'pending_total',
        'quarantined_total{reason="bad_syntax"}',
      );
      assert.deepEqual([received, delivered, duplicates, late, pending, unreadable], [5, 5, 1, 1, 1, 1]);
      const now = await read();
      assert.equal(now.get('inbox_messages'), 0);
      assert.equal(now.get('inbox_oldest_seconds'), 0);
    });

    test('count the commands by state, and the clients of the embedded MQTT broker', async () => {
      const [apikey, tenant] = [randomBytes(8).toString('hex'), `t${randomBytes(4).toString('hex')}`];
      const { app, mqtt } = await territory();
      const post = (url: string, payload: object) =>
        app.inject({ method: 'POST', url, payload, headers: { 'fiware-service': tenant, 'fiware-servicepath': '/' } });
      await post('/iot/groups', { groups: [{ apikey, resource: '/iot/json', entity_type: 'Thing' }] });
      const commands = [{ name: 'on', type: 'command' }];
      const made = await post('/iot/devices', {
        devices: [{ device_id: 'd1', apikey, transport: 'MQTT', commands }],
      });
      assert.equal(made.statusCode, 201, made.body);
      await mqtt.publishAsync(`/json/${apikey}/d1/attrs`, '{"n":1}', { qos: 1 });
      // Commands of other tests would expire in the meantime.
      await (await database.open()).query({ text: 'DELETE FROM iot.command' });
      const command = () => post('/iot/commands', { entityId: 'urn:ngsi-ld:Thing:d1', command: 'on' });
      assert.deepEqual(await growth(command, 'commands{state="SENT"}'), [1]);
      const answer = () => mqtt.publishAsync(`/json/${apikey}/d1/cmdexe`, '{"on":"done"}', { qos: 1 });
      assert.deepEqual(await growth(answer, 'commands{state="OK"}'), [1]);
      assert.equal((await read()).get('mqtt_clients'), 1);
    });

    test('are available when the database does not answer', async (t) => {
      const db = await database.open();
      const rename = (from: string, to: string) => db.query({ text: `ALTER TABLE iot.${from} RENAME TO ${to}` });
      await rename('inbox', 'inbox_away');
      t.after(() => rename('inbox_away', 'inbox'));
      const values = await read();
      assert.equal(values.get('inbox_messages'), undefined);
      assert.notEqual(values.get('received_total'), undefined);
    });
  });
}
