import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { createBroker } from '../../src/main.ts';
import { freshTenant, testDatabases } from '../support/index.ts';

test('long answers are compressed for clients that accept it; short ones and others are not', async (t) => {
  const [database] = testDatabases();
  assert.ok(database);
  const broker = await createBroker({ db: await database.open(), publicUrl: 'http://127.0.0.1' });
  t.after(() => broker.close());
  const tenant = freshTenant();
  const ask = (path: string, encoding?: string) =>
    broker.app.inject({
      url: `/ngsi-ld/v1/entities${path}`,
      headers: { 'ngsild-tenant': tenant, ...(encoding !== undefined && { 'accept-encoding': encoding }) },
    });
  const lamps = Array.from({ length: 60 }, (_, n) => ({
    id: `urn:ngsi-ld:Lamp:${n}`,
    type: 'Lamp',
    name: { type: 'Property', value: `Éclairage ${n}` },
  }));
  const answer = await broker.app.inject({
    method: 'POST',
    url: '/ngsi-ld/v1/entityOperations/create',
    headers: { 'ngsild-tenant': tenant, 'content-type': 'application/json' },
    payload: JSON.stringify(lamps),
  });
  assert.equal(answer.statusCode, 201, answer.body);

  const plain = await ask('?type=Lamp&limit=60');
  assert.equal(plain.headers['content-encoding'], undefined);
  assert.match(String(plain.headers.vary), /accept-encoding/i);
  for (const [asked, encoding, decompress] of [
    ['gzip, deflate, br', 'br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
    ['br;q=0, gzip;q=0.5', 'gzip', gunzipSync],
  ] as const) {
    const packed = await ask('?type=Lamp&limit=60', asked);
    assert.equal(packed.headers['content-encoding'], encoding);
    assert.equal(Number(packed.headers['content-length']), packed.rawPayload.length);
    assert.ok(packed.rawPayload.length * 5 < plain.rawPayload.length, `${packed.rawPayload.length} bytes`);
    assert.equal(decompress(packed.rawPayload).toString(), plain.body);
  }
  for (const [path, asked] of [
    ['/urn:ngsi-ld:Lamp:1', 'br'],
    ['?type=Lamp&limit=60', 'identity'],
    ['?type=Lamp&limit=60', 'gzip;q=0'],
  ] as const) {
    assert.equal((await ask(path, asked)).headers['content-encoding'], undefined, `${path} ${asked}`);
  }
});
