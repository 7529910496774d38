import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { createBroker } from '@alzette/broker';
import { testDatabases } from '@alzette/broker/test-support';

const run = promisify(execFile);
const ALZETTE = new URL('../src/alzette.ts', import.meta.url).pathname;

const LAMP = {
  id: 'lamp 1',
  type: 'Streetlight',
  powerState: { type: 'Text', value: 'on', metadata: {} },
  illuminanceLevel: {
    type: 'Number',
    value: 0.5,
    metadata: {
      TimeInstant: { type: 'DateTime', value: '2026-01-01T10:00:00.00Z' },
      unitCode: { type: 'Text', value: 'P1' },
    },
  },
  location: { type: 'geo:point', value: '49.5, 5.9', metadata: {} },
  refStreetlightGroup: { type: 'Text', value: 'group1', metadata: {} },
  'odd-name': { type: 'Boolean', value: true, metadata: { accuracy: { type: 'Number', value: 2 } } },
  nothing: { type: 'None', value: null, metadata: {} },
  dateModified: { type: 'DateTime', value: '2026-01-01T10:00:00.00Z', metadata: {} },
};

const SUBSCRIPTIONS = [
  {
    id: '57458eb60962ef754e7c0998',
    description: 'dim lamps',
    status: 'inactive',
    subject: {
      entities: [{ idPattern: '.*', type: 'Streetlight' }],
      condition: { attrs: ['illuminanceLevel'], expression: { q: 'illuminanceLevel<0.3;powerState==on' } },
    },
    notification: { http: { url: 'http://127.0.0.1:9/notify' }, attrs: ['illuminanceLevel'], attrsFormat: 'keyValues' },
    throttling: 5,
  },
  {
    id: '57458eb60962ef754e7c0999',
    subject: { entities: [{ idPattern: '.*', typePattern: '.*' }] },
    notification: { http: { url: 'http://127.0.0.1:9/all' } },
  },
];

test('an Orion with NGSIv2 is imported, page by page, with a report of the differences', async (t) => {
  const many = Array.from({ length: 600 }, (_, n) => ({
    id: `x${n}`,
    type: 'Sensor',
    v: { type: 'Number', value: n, metadata: {} },
  }));
  const all: readonly object[] = [LAMP, ...many];
  const orion = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://orion');
    const [offset, limit] = [Number(searchParams.get('offset')), Number(searchParams.get('limit'))];
    const isOfService =
      request.headers['fiware-service'] === 'openiot' && request.headers['fiware-servicepath'] === '/#';
    const items = !isOfService ? [] : pathname === '/v2/entities' ? all : SUBSCRIPTIONS;
    response.setHeader('content-type', 'application/json').end(JSON.stringify(items.slice(offset, offset + limit)));
  });
  await new Promise<void>((resolve) => orion.listen(0, '127.0.0.1', resolve));
  const [database] = testDatabases();
  assert.ok(database);
  const broker = await createBroker({ db: await database.open(), publicUrl: 'http://127.0.0.1:1026', offline: true });
  const url = await broker.app.listen({ port: 0, host: '127.0.0.1' });
  t.after(async () => {
    await broker.close();
    orion.close();
  });
  const from = `http://127.0.0.1:${(orion.address() as AddressInfo).port}`;
  const migrate = (...args: string[]) =>
    run(process.execPath, [ALZETTE, 'migrate', 'v2', from, '--to', url, '--tenant', 'openiot', ...args]);

  const trial = await migrate('--dry-run');
  assert.match(trial.stdout, /601 entities and 1 subscriptions would be migrated/);
  for (let times = 0; times < 2; times++) {
    const { stdout } = await migrate(); // a second run changes nothing
    assert.match(stdout, /601 entities and 1 subscriptions were migrated/);
    assert.match(stdout, /600 Sensor: no standard model of this name/);
    assert.match(stdout, /the name odd-name becomes odd_name/);
    assert.match(stdout, /nothing: null is left out/);
    assert.match(stdout, /it has a typePattern/);
  }
  const link = `<${url}/contexts/territory/v1.jsonld>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`;
  const ask = async (path: string) =>
    (await broker.app.inject({ url: `/ngsi-ld/v1${path}`, headers: { 'ngsild-tenant': 'openiot', link } })).json();
  const observedAt = '2026-01-01T10:00:00.000Z';
  assert.deepEqual(await ask('/entities/urn:ngsi-ld:Streetlight:lamp%25201'), {
    id: 'urn:ngsi-ld:Streetlight:lamp%201',
    type: 'Streetlight',
    powerState: { type: 'Property', value: 'on' },
    illuminanceLevel: { type: 'Property', value: 0.5, unitCode: 'P1', observedAt },
    location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [5.9, 49.5] } },
    refStreetlightGroup: { type: 'Relationship', object: 'urn:ngsi-ld:StreetlightGroup:group1' },
    odd_name: { type: 'Property', value: true, accuracy: { type: 'Property', value: 2 } },
  });
  const [subscription] = await ask('/subscriptions');
  assert.equal(subscription.q, 'illuminanceLevel<0.3;powerState=="on"');
  assert.deepEqual([subscription.isActive, subscription.status], [false, 'paused']);
  assert.equal((await ask('/entities?type=Sensor&limit=0&count=true')).length, 0);
  await assert.rejects(run(process.execPath, [ALZETTE, 'migrate', 'v2']), /URL of the Orion/);
});
