import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { startOtherSource } from '../federation/other-source.ts';
import { startRegisteringBroker } from '../registrations/registering-broker.ts';
import { eachDatabase, freshTenant } from '../support/index.ts';

const BATCH = 10;

/** A batch of about 130 kB: four of them exceed the limit for concurrent bodies. */
function batch(n: number, type = 'Lamp'): Record<string, unknown>[] {
  const text = { type: 'Property', value: 'x'.repeat(13_000) };
  return Array.from({ length: BATCH }, (_, i) => ({ id: `urn:ngsi-ld:${type}:${n}-${i}`, type, text }));
}

eachDatabase('Requests with large bodies', (test) => {
  test('are all answered, however many come concurrently', async (t, db) => {
    const broker = await startRegisteringBroker(t, db);
    const one = (n: number) => broker.ask('POST', '/entityOperations/upsert', batch(n));
    const answers = await Promise.all(Array.from({ length: 12 }, (_, n) => one(n % 8)));
    // For four of them the entities exist already.
    assert.deepEqual(answers.map(({ statusCode }) => statusCode).sort(), [
      ...Array(8).fill(201),
      ...Array(4).fill(204),
    ]);
    const count = await broker.ask('GET', '/entities?type=Lamp&count=true&limit=0');
    assert.equal(count.headers['ngsild-results-count'], String(8 * BATCH));
  });

  test('free their space when their clients disconnect', async (t, db) => {
    const broker = await startRegisteringBroker(t, db);
    await broker.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = broker.app.server.address() as AddressInfo;
    const body = JSON.stringify(batch(0));
    const head =
      'POST /ngsi-ld/v1/entityOperations/upsert HTTP/1.1\r\nHost: broker\r\nContent-Type: application/json\r\n' +
      `NGSILD-Tenant: ${broker.tenant}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
    const gone = Array.from({ length: 20 }, async () => {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      socket.end(head + body);
      await new Promise((resolve) => setImmediate(resolve));
      socket.destroy();
    });
    await Promise.all(gone);
    const { statusCode } = await broker.ask('POST', '/entityOperations/upsert', batch(1));
    assert.equal(statusCode, 201);
  });

  test('do not wait for requests that wait for a context source', async (t, db) => {
    const broker = await startRegisteringBroker(t, db);
    const source = await startOtherSource(t);
    await broker.register({
      endpoint: source.endpoint,
      information: [{ entities: [{ type: 'Far' }] }],
      operations: ['createBatch'],
      management: { timeout: 3000 },
    });
    source.hang(true);
    let answered = 0;
    const far = Array.from({ length: 6 }, async (_, n) => {
      await broker.ask('POST', '/entityOperations/create', batch(n, 'Far'));
      answered++;
    });
    const tenant = { 'ngsild-tenant': freshTenant() };
    const near = await broker.ask('POST', '/entityOperations/create', batch(0, 'Near'), tenant);
    assert.deepEqual([near.statusCode, answered], [201, 0]);
    await Promise.all(far);
  });
});
