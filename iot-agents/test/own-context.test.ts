import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freshTenant, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { freePort } from '../../scripts/programs.ts';
import { attributeValue, startTerritory } from './support/territory.ts';

const TYPE = 'https://example.org/farm#Sprinkler';
const TERMS = { Sprinkler: TYPE, flow: 'https://example.org/farm#flow', on: 'https://example.org/farm#on' };

test('in a tenant with its own @context, devices and their commands have its names', async (t) => {
  const [database] = testDatabases();
  assert.ok(database);
  const contexts = new Map<string, string>();
  const port = await freePort();
  const territory = await startTerritory(await database.open(), {
    notifyUrl: `http://127.0.0.1:${port}/iot/notify`,
    ownContextOf: (tenant) => contexts.get(tenant),
  });
  t.after(() => territory.close());
  const { app } = territory;
  await app.listen({ port, host: '127.0.0.1' });
  const tenant = freshTenant();
  const ask = async (method: 'POST' | 'GET' | 'PATCH', url: string, body?: object | string) => {
    const answer = await app.inject({
      method,
      url,
      headers: {
        'fiware-service': tenant,
        'fiware-servicepath': '/',
        'ngsild-tenant': tenant,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    assert.ok(answer.statusCode < 300, `${url}: ${answer.statusCode} ${answer.body}`);
    return answer;
  };
  const hosted = await ask('POST', '/ngsi-ld/v1/jsonldContexts', { '@context': TERMS });
  contexts.set(
    tenant,
    `http://127.0.0.1:1026${new URL(String(hosted.headers.location), 'http://127.0.0.1:1026').pathname}`,
  );

  const services = [{ apikey: tenant, resource: '/iot/json', entity_type: 'Sprinkler', cbroker: 'http://b:1026' }];
  await ask('POST', '/iot/services', { services });
  const device = {
    device_id: 'water1',
    entity_name: 'urn:ngsi-ld:Sprinkler:1',
    entity_type: 'Sprinkler',
    attributes: [{ object_id: 'f', name: 'flow', type: 'Number' }],
    commands: [{ name: 'on', type: 'command' }],
    static_attributes: [{ name: 'controlledAsset', type: 'Relationship', value: 'urn:ngsi-ld:Building:barn1' }],
  };
  await ask('POST', '/iot/devices', { devices: [device] });
  const stored = async () => (await ask('GET', '/ngsi-ld/v1/entities/urn:ngsi-ld:Sprinkler:1')).json();
  const offered = await stored();
  assert.deepEqual(
    [offered.type, offered[TERMS.on]?.value, offered.controlledAsset?.object],
    [TYPE, '', 'urn:ngsi-ld:Building:barn1'],
    'before any measure it has its commands and what stands for good',
  );

  await ask('POST', `/iot/json?k=${tenant}&i=water1`, '{"f":7}');
  await eventually('the measure', async () => ((await stored())[TERMS.flow]?.value === 7 ? true : undefined));
  await ask('PATCH', `/ngsi-ld/v1/entities/urn:ngsi-ld:Sprinkler:1/attrs/${encodeURIComponent(TERMS.on)}`, {
    type: 'Property',
    value: '1',
  });
  const state = await eventually('the state of the command', async () => {
    const entity = await stored();
    return (entity['ngsi-ld:default-context/on_status'] ?? entity.on_status) ? entity : undefined;
  });
  assert.ok(attributeValue(state, 'on_status'));
});
