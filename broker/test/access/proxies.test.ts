import assert from 'node:assert/strict';
import { eachDatabase } from '../support/index.ts';
import { guarded } from './guarded-broker.ts';
import { startIssuer } from './issuer.ts';

const TYPES = '/ngsi-ld/v1/types';

eachDatabase('Behind a proxy', (test) => {
  test('the client address is the one that a trusted proxy names, and no other header is used', async (t, db) => {
    const issuer = await startIssuer(t);
    const broker = await guarded(t, db, issuer, { proxies: ['192.0.2.0/24'] });
    const { key, policy, tenant } = broker;
    await broker.admin('POST', '/ops/tenants', { name: tenant });
    await policy({ id: 'readers', who: { roles: ['reader'] }, may: ['read'] });
    const made = await key({ title: 'From one place', roles: ['reader'], addresses: ['203.0.113.7'] });
    const statusFrom = async (remoteAddress: string, forwarded?: string) => {
      const { statusCode } = await broker.broker.app.inject({
        url: TYPES,
        remoteAddress,
        headers: {
          'ngsild-tenant': tenant,
          'x-api-key': made.key,
          ...(forwarded !== undefined && { 'x-forwarded-for': forwarded }),
        },
      });
      return statusCode;
    };
    assert.equal(await statusFrom('203.0.113.7'), 200);
    assert.equal(await statusFrom('192.0.2.9', '203.0.113.7'), 200, 'by the proxy');
    assert.equal(await statusFrom('192.0.2.9', '203.0.113.8'), 401, 'another by the proxy');
    assert.equal(await statusFrom('192.0.2.9', '203.0.113.7, 198.51.100.1'), 401, 'what the client itself has written');
    assert.equal(await statusFrom('192.0.2.9', '198.51.100.1, 203.0.113.7, 192.0.2.10'), 200, 'by two proxies');
    assert.equal(await statusFrom('198.51.100.1', '203.0.113.7'), 401, 'no proxy of ours');
    assert.equal(await statusFrom('192.0.2.9'), 401, 'the proxy itself');

    const direct = await guarded(t, db, issuer);
    const answer = await direct.broker.app.inject({
      url: TYPES,
      remoteAddress: '127.0.0.1',
      headers: { 'x-api-key': made.key, 'ngsild-tenant': tenant, 'x-forwarded-for': '203.0.113.7' },
    });
    assert.equal(answer.statusCode, 401, 'with no proxy set nobody is believed');
  });
});
