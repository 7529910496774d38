import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { exchange } from '../fuzz/raw-exchange.ts';
import { startRegisteringBroker } from '../registrations/registering-broker.ts';
import { eachDatabase } from '../support/index.ts';

eachDatabase('6.3.2 A method that a known path does not have', (test) => {
  test('is answered with 405 and Allow, also below /ops', async (t, db) => {
    const { app, tenant } = await startRegisteringBroker(t, db);
    for (const [method, url, allowed] of [
      ['GET', `/ops/tenants/${tenant}/quotas`, 'PUT, DELETE'],
      ['GET', '/ops/validate', 'POST'],
      ['PATCH', `/ops/tenants/${tenant}/interop/?x=1`, 'GET, PUT, DELETE'],
      ['TRACE', '/ngsi-ld/v1/entities', 'POST, GET, DELETE'],
    ] as const) {
      const answer = await app.inject({ method: method as 'GET', url });
      assert.deepEqual([answer.statusCode, answer.headers.allow], [405, allowed], `${method} ${url}`);
      assert.match(answer.json().detail, new RegExp(`got ${method}`));
    }
    const unknown = await app.inject({ method: 'TRACE' as 'GET', url: '/ops/nothing' });
    assert.equal(unknown.statusCode, 404);
  });

  test('is told by OPTIONS which methods there are', async (t, db) => {
    const { app, tenant } = await startRegisteringBroker(t, db);
    const answer = await app.inject({ method: 'OPTIONS', url: `/ops/tenants/${tenant}/interop` });
    assert.deepEqual([answer.statusCode, answer.headers.allow], [204, 'GET, PUT, DELETE, OPTIONS']);
  });

  test('is answered with 404 where a resource of a known method is missing', async (t, db) => {
    const { app } = await startRegisteringBroker(t, db);
    const answer = await app.inject({ method: 'GET', url: '/ops/tenants/nothing' });
    assert.equal(answer.statusCode, 404);
  });

  test('is answered with 405 even if no HTTP parser knows it', async (t, db) => {
    const { app } = await startRegisteringBroker(t, db);
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as AddressInfo;
    const ask = (line: string) => exchange(port, Buffer.from(`${line} HTTP/1.1\r\nHost: x\r\n\r\n`), false, 30_000);
    const known = await ask('FROBNICATE /ngsi-ld/v1/entities?type=A');
    assert.deepEqual([known?.status, known?.headers.get('allow')], [405, 'POST, GET, DELETE']);
    assert.equal((await ask('FROBNICATE /ngsi-ld/v1/nothing'))?.status, 400);
  });
});
