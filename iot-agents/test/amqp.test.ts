import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import rhea, { type AmqpError, type Message, type Sender } from 'rhea';
import { tryAmqp } from '../src/amqp/receiver.ts';
import { startTerritory } from './support/territory.ts';
import { chirpStackUplink } from './support/uplinks.ts';

const [database] = testDatabases();

const PROFILE = {
  id: 'amqp',
  name: 'Levels',
  entities: [{ type: 'Thing', id: 'device.asset', attributes: [{ name: 'level', value: 'data.n' }] }],
};

/** A queue of a broker with AMQP 1.0, as Artemis has it: it keeps messages until they are accepted. */
async function startQueue(port = 0) {
  const container = rhea.create_container();
  container.sasl_server_mechanisms.enable_plain(
    (name: string, password: string) => name === 'reader' && password === 'secret',
  );
  const waiting: Message[] = [];
  const outcomes: string[] = [];
  let connections = 0;
  container.on('connection_open', () => {
    connections += 1;
  });
  let sender: Sender | undefined;
  const send = () => {
    while (sender?.sendable() && waiting.length > 0) sender.send(waiting.shift() as Message);
  };
  container.on('sender_open', (context) => {
    sender = context.sender;
  });
  container.on('sendable', send);
  for (const outcome of ['accepted', 'released', 'rejected', 'modified'])
    container.on(outcome, () => outcomes.push(outcome));
  container.on('disconnected', ({ connection }) => {
    if (sender?.connection === connection) sender = undefined;
  });
  const server = container.listen({ port, host: '127.0.0.1' });
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    outcomes,
    source: () => sender?.source.address,
    connections: () => connections,
    put(message: Message) {
      waiting.push(message);
      send();
    },
    /** @param error why it ends the connection; absent: it stops in order */
    async stop(error?: AmqpError) {
      sender?.connection.close(error);
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test('messages of producers become entities by the queues of an AMQP broker, each accepted when it is stored', async (t) => {
  const db = await database?.open();
  assert.ok(db);
  const queue = await startQueue();
  const territory = await startTerritory(db, {
    amqp: { url: `amqp://reader:secret@127.0.0.1:${queue.port}`, queues: ['sensors::uplinks'] },
  });
  const devEui = randomBytes(8).toString('hex');
  const asset = `urn:ngsi-ld:Thing:${devEui}`;
  await territory.agents.provision({ profiles: [PROFILE], devices: [{ devEui, profile: PROFILE.id, asset }] });
  const level = async () =>
    ((await territory.entity(asset)) as { level?: { value: number } } | undefined)?.level?.value;
  const uplink = (n: number) => {
    const { topic, body } = chirpStackUplink({ devEui, decoded: { n }, fCnt: n });
    return { topic, payload: JSON.stringify(body) };
  };
  const about = async () => (await territory.app.inject('/iot/about')).json();

  await t.test('as bytes, with the topic as their subject, in the dots of Artemis', async () => {
    const { topic, payload } = uplink(1);
    queue.put({ subject: topic.replaceAll('/', '.'), body: rhea.message.data_section(Buffer.from(payload)) });
    await eventually('level 1', async () => (await level()) === 1 || undefined);
    await eventually('it is accepted', async () => queue.outcomes.length === 1 || undefined);
    assert.deepEqual(queue.outcomes, ['accepted']);
    assert.equal(queue.source(), 'sensors::uplinks');
    await tryAmqp(`amqp://reader:secret@127.0.0.1:${queue.port}`, 5000);
    await assert.rejects(
      tryAmqp(`amqp://reader:wrong@127.0.0.1:${queue.port}`, 5000),
      /authenticate|[Uu]nauthorized|SASL/,
    );
    assert.equal((await about()).amqp.state, 'connected');
  });

  await t.test('as a text, with the topic as a property', async () => {
    const { topic, payload } = uplink(2);
    queue.put({ application_properties: { topic }, body: payload });
    await eventually('level 2', async () => (await level()) === 2 || undefined);
  });

  await t.test('one that nobody can read is kept in the quarantine, and does not stop the others', async () => {
    queue.put({ body: 'no JSON' });
    const { topic, payload } = uplink(3);
    queue.put({ subject: topic, body: payload });
    await eventually('level 3', async () => (await level()) === 3 || undefined);
    await eventually('all are accepted', async () => queue.outcomes.length === 4 || undefined);
    assert.deepEqual(new Set(queue.outcomes), new Set(['accepted']));
  });

  await t.test('after the broker was away, it goes on', async () => {
    await queue.stop();
    await eventually('the state', async () => (await about()).amqp.state === 'connecting' || undefined);
    const again = await startQueue(queue.port);
    const { topic, payload } = uplink(4);
    again.put({ subject: topic, body: payload });
    await eventually('level 4', async () => (await level()) === 4 || undefined);
    await again.stop({ condition: 'amqp:connection:forced', description: 'maintenance' });
    await eventually('the reason', async () => (await about()).amqp.reason === 'maintenance' || undefined);
    const third = await startQueue(queue.port);
    third.put({ subject: topic, body: uplink(5).payload });
    await eventually('level 5', async () => (await level()) === 5 || undefined);
    await territory.close();
    assert.equal(third.connections(), 1, 'it connects once, although the library would connect again as well');
    await third.stop();
  });
});

test('a broker that accepts and never answers is left in time, and no connection stays', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const tried = assert.rejects(
    tryAmqp(`amqp://127.0.0.1:${(server.address() as AddressInfo).port}`, 500),
    /no answer within 500 ms/,
  );
  const [socket] = await accepted;
  socket.resume();
  t.after(() => socket.destroy());
  await tried;
  await eventually('the connection is closed', () => socket.destroyed);
});
