import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forwardedHeaders } from '../../src/federation/registrations/forwarded-headers.ts';
import { eachDatabase } from '../support/index.ts';
import { startMember } from './fleet.ts';
import { startOtherSource } from './other-source.ts';

const FROM_REQUEST = 'urn:ngsi-ld:request';

eachDatabase('4.3.6.5 Headers of requests to sources', (test) => {
  test('credentials of callers are not forwarded to sources', async (t, db) => {
    const [member, source] = [await startMember(t, db), await startOtherSource(t)];
    for (const key of ['Authorization', 'X-API-Key', 'cookie', 'X-Auth-Token', 'proxy-authorization', 'X-Session']) {
      const registration = {
        type: 'ContextSourceRegistration',
        endpoint: source.endpoint,
        information: [{ entities: [{ type: 'Lamp' }] }],
        contextSourceInfo: [{ key, value: FROM_REQUEST }],
      };
      const { status, body } = await member.ask('POST', '/csourceRegistrations', registration);
      assert.equal(status, 400, key);
      assert.match(body.detail, new RegExp(`${key}.*credentials of clients are never forwarded`), key);
    }
  });

  test('only listed headers are forwarded, and those added by the site', async (t, db) => {
    const member = await startMember(t, db, { forwardedHeaders: ['X-Line'] });
    const source = await startOtherSource(t);
    const keys = ['user', 'X-Line', 'X-Other'];
    await member.register({
      endpoint: source.endpoint,
      contextSourceInfo: [{ key: 'X-Own', value: 'own' }, ...keys.map((key) => ({ key, value: FROM_REQUEST }))],
    });
    const sent = { user: 'claire', 'X-Line': '603', 'X-Other': 'private', authorization: 'Bearer t', cookie: 's=1' };
    await member.ask('GET', '/entities?type=Lamp', undefined, sent);
    const { headers } = source.seen[0] ?? assert.fail('the source was not asked');
    assert.equal(headers['x-own'], 'own');
    assert.equal(headers.user, 'claire');
    assert.equal(headers['x-line'], '603');
    for (const name of ['x-other', 'authorization', 'cookie']) assert.equal(headers[name], undefined, name);
  });
});

test('a site can’t add credentials to the list', () => {
  assert.throws(() => forwardedHeaders(['X-API-Key']), /x-api-key is a credential/);
});
