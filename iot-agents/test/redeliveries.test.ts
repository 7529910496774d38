import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { chosenBy, freshTenant, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { connectPacket, openRawMqtt, publishPacket } from './support/raw-mqtt.ts';
import type { Territory } from './support/territory.ts';
import { startTerritory } from './support/territory.ts';

for (const database of chosenBy('redeliveries', testDatabases())) {
  describe(`a message that a device sends again, on ${database.kind}`, () => {
    let territory: Territory;
    before(async () => {
      territory = await startTerritory(await database.open());
    });
    after(() => territory.close());

    const freshDevice = async () => {
      const { app, entity, agents } = territory;
      const tenant = freshTenant();
      const apikey = `k${randomBytes(6).toString('hex')}`;
      await app.inject({
        method: 'POST',
        url: '/iot/groups',
        headers: { 'fiware-service': tenant, 'fiware-servicepath': '/' },
        payload: { groups: [{ apikey, resource: '/iot/json', entity_type: 'Thing' }] },
      });
      const instances = async (): Promise<number> => {
        const answer = await app.inject({
          url: '/ngsi-ld/v1/temporal/entities/urn:ngsi-ld:Thing:d1?options=temporalValues&attrs=n',
          headers: { 'ngsild-tenant': tenant },
        });
        return answer.json().n.values.length;
      };
      const there = () => eventually('the measure', () => entity('urn:ngsi-ld:Thing:d1', tenant));
      return { topic: `/json/${apikey}/d1/attrs`, instances, there, agents, app };
    };

    test('with DUP and its packet identifier, on another connection: is acknowledged and processed once', async (t) => {
      const { topic, instances, there, agents } = await freshDevice();
      const clientId = `c${randomBytes(6).toString('hex')}`;
      const open = async () => {
        const client = await openRawMqtt(t, agents.mqttPort);
        client.send(connectPacket(clientId, { clean: false }));
        await client.next('connack');
        return client;
      };
      const first = await open();
      first.send(publishPacket(topic, '{"n":1}', 7));
      await first.next('puback');
      await there();
      first.socket.destroy();
      await first.closed();

      const second = await open();
      const received = agents.counters().received;
      second.send({ ...publishPacket(topic, '{"n":1}', 7), dup: true } as ReturnType<typeof publishPacket>);
      assert.equal((await second.next('puback')).messageId, 7);
      await sleep(200);
      assert.deepEqual([await instances(), agents.counters().received], [1, received]);

      // Without DUP it is another message with the same content; with another payload, too.
      second.send(publishPacket(topic, '{"n":1}', 7));
      await second.next('puback');
      second.send({ ...publishPacket(topic, '{"n":2}', 7), dup: true } as ReturnType<typeof publishPacket>);
      await second.next('puback');
      assert.equal(agents.counters().received, received + 2);
    });

    test('with its own time and value, by HTTP: is one instance in the history', async () => {
      const { topic, instances, there, app } = await freshDevice();
      const [, , apikey] = topic.split('/');
      const payload = { n: 1, TimeInstant: '2026-07-01T12:00:00.000Z' };
      for (let tries = 0; tries < 3; tries += 1) {
        const answer = await app.inject({ method: 'POST', url: `/iot/json?k=${apikey}&i=d1`, payload });
        assert.equal(answer.statusCode, 200, answer.body);
      }
      await there();
      assert.equal(await instances(), 1);
    });
  });
}
