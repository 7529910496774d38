import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '@alzette/kit/testing';
import { Aedes } from 'aedes';
import mqtt from 'mqtt';
import { eachDatabase, freshTenant } from '../support/index.ts';
import { startNotifyingBroker } from './notifying-broker.ts';

// biome-ignore lint/suspicious/noExplicitAny: what arrives is what the tests look at
type Message = { readonly topic: string; readonly qos: number; readonly body: any };

/** An embedded MQTT broker that accepts `lamp` with the password `s3cret`, and anonymous clients. */
async function startAedes(t: TestContext, port = 0) {
  const aedes = await Aedes.createBroker();
  aedes.authenticate = (_client, name, password, done) =>
    done(null, name === undefined || name === null || (name === 'lamp' && String(password) === 's3cret'));
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    aedes.handle(socket);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const connections: string[] = [];
  aedes.on('client', (client) => connections.push(client.id));
  const stop = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
    await new Promise<void>((resolve) => aedes.close(resolve));
  };
  t.after(stop);
  return { host: `127.0.0.1:${(server.address() as { port: number }).port}`, connections, stop };
}

async function listen(t: TestContext, url: string, topic: string): Promise<Message[]> {
  const messages: Message[] = [];
  const client = await mqtt.connectAsync(url);
  t.after(() => client.endAsync(true));
  client.on('message', (name, payload, { qos }) => {
    messages.push({ topic: name, qos, body: JSON.parse(payload.toString()) });
  });
  await client.subscribeAsync(topic, { qos: 2 });
  return messages;
}

const TYPE = { entities: [{ type: 'Lamp' }] };
const lamp = (number: number) => ({
  id: `urn:ngsi-ld:Lamp:${number}`,
  type: 'Lamp',
  level: { type: 'Property', value: number },
});

eachDatabase('7 MQTT notification binding', (dbTest) => {
  dbTest('a message has the metadata and the body of clause 7, by MQTT 3.1.1 in each QoS', async (t, db) => {
    const broker = await startNotifyingBroker(db);
    t.after(() => broker.close());
    const server = await startAedes(t);
    const tenant = freshTenant();
    const messages = await listen(t, `mqtt://${server.host}`, 'city/#');
    for (const qos of ['0', '1', '2']) {
      const endpoint = {
        uri: `mqtt://lamp:s3cret@${server.host}/city/lamps%20${qos}`,
        receiverInfo: [{ key: 'X-Who', value: 'me' }],
        notifierInfo: [
          { key: 'MQTT-QoS', value: qos },
          { key: 'MQTT-Version', value: 'mqtt3.1.1' },
        ],
      };
      await broker.subscribe(tenant, { ...TYPE, notification: { endpoint } });
    }

    await broker.create(tenant, lamp(1));
    await eventually('three messages came', () => messages.length === 3);

    messages.sort((one, other) => one.qos - other.qos);
    assert.deepEqual(
      messages.map(({ topic, qos }) => [topic, qos]),
      [0, 1, 2].map((qos) => [`city/lamps ${qos}`, qos]),
    );
    const { metadata, body } = messages[0]?.body ?? {};
    assert.deepEqual(Object.keys(metadata).sort(), [
      'Alzette-Hops',
      'Content-Type',
      'Link',
      'NGSILD-Tenant',
      'X-Request-Id',
      'X-Who',
    ]);
    assert.equal(metadata['Content-Type'], 'application/json');
    assert.match(metadata.Link, /^<http.*>; rel="http:\/\/www.w3.org\/ns\/json-ld#context"/);
    assert.equal(metadata['X-Who'], 'me');
    assert.equal(body.type, 'Notification');
    assert.deepEqual(body.data, [lamp(1)]);
    assert.equal(server.connections.length, 2, 'the listener, and one connection for all three subscriptions');
  });

  dbTest('what an MQTT broker that was away missed comes in order when it is back', async (t, db) => {
    const broker = await startNotifyingBroker(db);
    t.after(() => broker.close());
    const first = await startAedes(t);
    const tenant = freshTenant();
    const endpoint = {
      uri: `mqtt://${first.host}/lamps`,
      notifierInfo: [
        { key: 'MQTT-QoS', value: '1' },
        { key: 'MQTT-Version', value: 'mqtt3.1.1' },
      ],
    };
    const id = await broker.subscribe(tenant, { ...TYPE, notification: { endpoint } });
    const before = await listen(t, `mqtt://${first.host}`, 'lamps');
    await broker.create(tenant, lamp(0));
    await eventually('the first message came', () => before.length === 1);
    await first.stop();
    for (let level = 1; level <= 5; level++) {
      await broker.merge(tenant, lamp(0).id, { level: { type: 'Property', value: level } });
    }
    await pause(100);
    assert.equal((await broker.retrieve(tenant, id)).notification.status, 'failed');

    const second = await startAedes(t, Number(first.host.split(':')[1]));
    const after = await listen(t, `mqtt://${second.host}`, 'lamps');
    await eventually('all messages came', () => after.length >= 5);

    assert.deepEqual(
      after.map(({ body }) => body.body.data[0].level.value),
      [1, 2, 3, 4, 5],
    );
    await pause(50);
    assert.equal((await broker.retrieve(tenant, id)).notification.status, 'ok');
  });

  dbTest('a wrong password is a failure that is counted', async (t, db) => {
    const broker = await startNotifyingBroker(db);
    t.after(() => broker.close());
    const server = await startAedes(t);
    const tenant = freshTenant();
    const endpoint = { uri: `mqtt://lamp:wrong@${server.host}/lamps` };
    const id = await broker.subscribe(tenant, { ...TYPE, notification: { endpoint } });

    await broker.create(tenant, lamp(1));
    let { notification } = await broker.retrieve(tenant, id);
    for (const end = Date.now() + 60_000; notification.status !== 'failed' && Date.now() < end; await pause(20)) {
      ({ notification } = await broker.retrieve(tenant, id));
    }
    assert.equal(notification.status, 'failed');
    assert.ok(notification.timesFailed >= 1);
  });
});

const mqttUrl = process.env.TEST_MQTT_URL;
const skip = mqttUrl ? false : 'Mosquitto is missing (TEST_MQTT_URL is not set)';

eachDatabase('7 MQTT on Mosquitto', (dbTest) => {
  if (skip) {
    test('all versions and QoS', { skip }, () => {});
    return;
  }
  for (const version of ['mqtt3.1.1', 'mqtt5.0']) {
    for (const qos of ['0', '1', '2']) {
      dbTest(`${version} with QoS ${qos}: ten changes, ten messages in order`, async (t, db) => {
        const broker = await startNotifyingBroker(db);
        t.after(() => broker.close());
        const tenant = freshTenant();
        const messages = await listen(t, mqttUrl as string, `${tenant}/#`);
        const notifierInfo = [
          { key: 'MQTT-QoS', value: qos },
          { key: 'MQTT-Version', value: version },
        ];
        const endpoint = { uri: `${mqttUrl}/${tenant}/lamps`, notifierInfo, accept: 'application/ld+json' };
        await broker.subscribe(tenant, { ...TYPE, notification: { endpoint } });
        await broker.create(tenant, lamp(0));
        for (let level = 1; level < 10; level++) {
          await broker.merge(tenant, lamp(0).id, { level: { type: 'Property', value: level } });
        }
        await eventually('ten messages came', () => messages.length >= 10);
        assert.deepEqual(
          messages.map(({ body }) => body.body.data[0].level.value),
          [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        );
        assert.deepEqual(
          messages.map(({ qos: got }) => got),
          Array(10).fill(Number(qos)),
        );
        const { metadata, body } = messages[0]?.body ?? {};
        assert.equal(metadata.Link, undefined);
        assert.ok(body.data[0]['@context']);
      });
    }
  }
});
