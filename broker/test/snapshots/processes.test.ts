import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { eventually } from '@alzette/kit/testing';
import { startOtherSource } from '../federation/other-source.ts';
import { startBroker } from '../subscriptions/two-brokers.ts';
import { freshTenant, testDatabases } from '../support/index.ts';

const LAMP = { id: 'urn:ngsi-ld:Lamp:1', type: 'Lamp', brightness: { type: 'Property', value: 1 } };
const FAR = { id: 'urn:ngsi-ld:Lamp:far', type: 'Lamp', brightness: { type: 'Property', value: 2 } };

describe('Snapshots of several processes', () => {
  const database = testDatabases().find(({ kind }) => kind === 'postgres');

  test('one half-filled by a killed process is finished by another', { skip: database === undefined }, async (t) => {
    if (database === undefined) return;
    await database.open();
    const url = await database.url();
    const tenant = freshTenant();
    const source = await startOtherSource(t, '127.0.0.78');
    source.entities.set(FAR.id, FAR);
    source.hang(true);
    const first = await startBroker(t, url, tenant);
    await first.create(LAMP);
    await first.ask('POST', '/csourceRegistrations', {
      type: 'ContextSourceRegistration',
      endpoint: source.endpoint,
      operations: ['queryEntity'],
      management: { timeout: 600_000 },
      information: [{ entities: [{ type: 'Lamp' }] }],
    });
    const snapshotQueries = [{ type: 'Query', entities: [{ type: 'Lamp' }] }];
    const id = 'urn:ngsi-ld:Snapshot:half';
    await first.ask('POST', '/snapshots', { id, type: 'Snapshot', snapshotQueries });
    await eventually('the source is asked', () => source.seen.length > 0);
    const second = await startBroker(t, url, tenant);
    const status = async () =>
      ((await (await second.ask('GET', `/snapshots/${id}`)).json()) as { snapshotStatus: string }).snapshotStatus;
    assert.equal(await status(), 'preparing');
    const write = await fetch(`${second.url}/ngsi-ld/v1/entities/${LAMP.id}`, {
      method: 'DELETE',
      headers: { 'ngsild-tenant': tenant, 'ngsild-snapshot': id },
    });
    assert.equal(write.status, 409, 'what is being prepared can only be read');
    await first.stop('SIGKILL');
    source.hang(false);
    await eventually('the snapshot is made', async () => (await status()) !== 'preparing');
    assert.equal(await status(), 'success');
    const found = await fetch(`${second.url}/ngsi-ld/v1/entities`, {
      headers: { 'ngsild-tenant': tenant, 'ngsild-snapshot': id },
    });
    const entities = (await found.json()) as { id: string }[];
    assert.deepEqual(
      entities.map((entity) => entity.id),
      [LAMP.id, FAR.id],
    );
  });
});
