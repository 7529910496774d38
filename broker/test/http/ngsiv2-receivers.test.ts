import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { LINK, STREETLIGHT, startInterop } from '../support/interop.ts';

test('NGSIv2 receivers are notified with its payload', async (t) => {
  const { ask, tenant } = await startInterop(t);
  const received = new Map<string, { headers: IncomingHttpHeaders; body: unknown }>();
  const receiver = createServer(async (request, response) => {
    received.set(request.url ?? '', { headers: request.headers, body: await json(request) });
    response.end();
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  t.after(() => receiver.close());
  const { port } = receiver.address() as AddressInfo;
  await ask('POST', '/entities', { id: 'urn:ngsi-ld:Bench:1', type: 'Bench' }); // also creates the tenant
  await ask('PUT', `/ops/tenants/${tenant}/interop`, { lenient: true });
  const formats = ['x-ngsiv2-normalized', 'x-ngsiv2-normalized-compacted', 'x-ngsiv2-keyValues-compacted'];
  const ids = new Map<string, string>();
  for (const format of formats) {
    const made = await ask(
      'POST',
      '/subscriptions',
      {
        type: 'Subscription',
        entities: [{ type: 'Streetlight' }],
        notification: { format, endpoint: { uri: `http://127.0.0.1:${port}/${format}` } },
      },
      { link: LINK },
    );
    assert.equal(made.statusCode, 201, made.body);
    ids.set(format, String(made.headers.location).split('/').at(-1) ?? '');
  }
  const wrong = await ask('POST', '/subscriptions', {
    type: 'Subscription',
    entities: [{ type: 'Streetlight' }],
    notification: { format: formats[0], endpoint: { uri: 'http://127.0.0.1:9/', accept: 'application/ld+json' } },
  });
  assert.match(wrong.json().detail, /notification\.endpoint\.accept/);

  const lamp = {
    id: 'urn:ngsi-ld:Streetlight:v2',
    type: 'Streetlight',
    powerConsumption: { type: 'Property', value: 12, unitCode: 'WTT', observedAt: '2026-01-01T00:00:00Z' },
    refStreetlightGroup: { type: 'Relationship', object: 'urn:ngsi-ld:StreetlightGroup:1' },
    location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [5.9, 49.5] } },
  };
  assert.equal((await ask('POST', '/entities', lamp, { link: LINK })).statusCode, 201);
  for (let tries = 0; received.size < 3 && tries < 300; tries++) await pause(50);
  assert.equal(received.size, 3, 'three notifications');
  const power = { type: 'Property', value: 12, metadata: { unitCode: 'WTT', observedAt: '2026-01-01T00:00:00Z' } };
  const compacted = received.get('/x-ngsiv2-normalized-compacted');
  assert.deepEqual(compacted?.body, {
    subscriptionId: ids.get('x-ngsiv2-normalized-compacted'),
    data: [
      {
        id: lamp.id,
        type: 'Streetlight',
        powerConsumption: power,
        refStreetlightGroup: { type: 'Relationship', value: 'urn:ngsi-ld:StreetlightGroup:1', metadata: {} },
        location: { type: 'geo:json', value: lamp.location.value, metadata: {} },
      },
    ],
  });
  assert.deepEqual(
    [compacted?.headers['ngsiv2-attrsformat'], compacted?.headers['fiware-service']],
    ['normalized', tenant],
  );
  const expanded = received.get('/x-ngsiv2-normalized')?.body as { data: Record<string, unknown>[] };
  assert.equal(expanded.data[0]?.type, STREETLIGHT);
  assert.deepEqual(expanded.data[0]?.['https://smartdatamodels.org/dataModel.Streetlighting/powerConsumption'], power);
  const keyValues = received.get('/x-ngsiv2-keyValues-compacted')?.body as { data: Record<string, unknown>[] };
  assert.equal(keyValues.data[0]?.powerConsumption, 12);
});

test('NGSIv2 clients are told which API to use', async (t) => {
  const { ask } = await startInterop(t);
  for (const path of ['/v2', '/v2/entities?type=Lamp', '/v2/entities/urn:l:1/attrs/a', '/v2/op/update']) {
    const answer = await ask('GET', path);
    assert.equal(answer.statusCode, 404, path);
    assert.match(answer.json().detail, /NGSI-LD, not NGSIv2.*\/ngsi-ld\/v1/, path);
  }
});
