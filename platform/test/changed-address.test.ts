import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { type TestContext, test } from 'node:test';
import { alarms } from '@alzette/alarms';
import type { Database } from '@alzette/broker';
import { newDatabase } from '@alzette/broker/test-support';
import { fileService } from '@alzette/files';
import { lighting } from '@alzette/lighting';
import { reports } from '@alzette/reports';
import { startServiceHost } from './support/service-host.ts';

const TENANTS = [{}, { 'ngsild-tenant': 'neighbour' }] as readonly Record<string, string>[];
const REPORT = { category: 'pothole', description: 'Un trou', location: { lat: 49.4703, lon: 5.9312 } };
const unused = { send: async () => {} };

test('after the public address has changed, the services are notified at the new one, in each tenant', async (t) => {
  const db = await newDatabase();
  t.after(() => db.close());
  const before = await startAt(t, db, 'https://old.example.org');
  for (const headers of TENANTS) {
    await before.ask('POST', '/lighting/simulations', {}, headers);
    assert.equal((await before.ask('POST', '/reports', REPORT, headers)).status, 201);
  }
  const addresses = await ownAddresses(before);
  assert.deepEqual([...new Set(addresses.map((address) => new URL(address).host))], ['old.example.org']);
  await before.stop();

  const after = await startAt(t, db, 'https://new.example.org');
  // A tenant's reports are followed from the first one on.
  await after.ask('POST', '/reports', REPORT, TENANTS[1]);
  assert.deepEqual(
    await ownAddresses(after),
    addresses.map((address) => address.replace('old.', 'new.')),
  );
  await after.stop();
});

type Host = Awaited<ReturnType<typeof startAt>>;

function startAt(t: TestContext, db: Database, publicUrl: string) {
  return startServiceHost(t, db, [alarms, fileService({ folder: tmpdir() }), reports, lighting], {
    settings: { PUBLIC_URL: publicUrl },
    ports: { push: unused, notices: unused },
  });
}

/** The receivers and contexts of all subscriptions, by tenant. */
async function ownAddresses({ ask }: Host): Promise<string[]> {
  const addresses: string[] = [];
  for (const headers of TENANTS) {
    const { body } = await ask('GET', '/ngsi-ld/v1/subscriptions', undefined, headers);
    assert.equal(body.length, 3, JSON.stringify(body));
    for (const { notification, jsonldContext } of body) addresses.push(notification.endpoint.uri, jsonldContext);
  }
  return addresses.sort();
}
