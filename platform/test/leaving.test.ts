import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newIdentity, readIdentity } from '@alzette/backups';
import { startGuardedPlatform } from './support/guarded-platform.ts';

const CONTEXT = { 'content-type': 'application/json' };
const TAR = { 'content-type': 'application/x-tar' };

test('a tenant leaves and arrives by the API, by those who may alone', async (t) => {
  const { app, authorizationOf } = await startGuardedPlatform(t);
  const now = Math.floor(Date.now() / 1000);
  const signedIn = { auth_time: now };
  const admin = { authorization: await authorizationOf('root', 'administrator', 300, signedIn) };
  const steward = { authorization: await authorizationOf('maire', 'thil-steward', 300, signedIn) };
  const foreign = { authorization: await authorizationOf('voisin', 'audun-steward', 300, signedIn) };
  const old = { authorization: await authorizationOf('root', 'administrator', 300, { auth_time: now - 86_400 }) };
  const ask = (
    method: 'GET' | 'PUT' | 'POST' | 'DELETE',
    url: string,
    headers: Record<string, string>,
    payload?: object | Buffer,
  ) => app.inject({ method, url, headers, ...(payload && { payload }) });
  const status = async (...call: Parameters<typeof ask>) => (await ask(...call)).statusCode;
  for (const tenant of ['thil', 'audun']) {
    assert.equal(await status('POST', '/ops/tenants', { ...admin, ...CONTEXT }, { name: tenant }), 201);
    const policy = { who: { roles: [`${tenant}-steward`] }, may: ['administer', 'read'], tenants: [tenant] };
    assert.equal(await status('PUT', `/ops/access/policies/${tenant}`, { ...admin, ...CONTEXT }, policy), 201);
    for (const n of [1, 2, 3]) {
      const entity = { id: `urn:ngsi-ld:Lamp:${tenant}-${n}`, type: 'Lamp', level: { type: 'Property', value: n } };
      const created = await ask(
        'POST',
        '/ngsi-ld/v1/entities',
        { ...admin, ...CONTEXT, 'ngsild-tenant': tenant },
        entity,
      );
      assert.equal(created.statusCode, 201, created.body);
    }
  }
  const thil = { 'ngsild-tenant': 'thil' };
  const archive = '/ops/leaving/archive';

  assert.equal(await status('GET', archive, thil), 401);
  assert.equal(await status('GET', archive, { ...foreign, ...thil }), 403);
  assert.equal(await status('GET', archive, { ...old, ...thil }), 401);
  const recipient = readIdentity(newIdentity()).recipient;
  assert.equal(await status('GET', `${archive}?recipient=${recipient}`, { ...steward, ...thil }), 403);
  const wrong = await ask('GET', `${archive}?recipient=age1x`, { ...admin, ...thil });
  assert.match(wrong.json().detail, /recipient: got "age1x", expected the public key/);
  assert.equal(await status('GET', archive, { ...admin, 'ngsild-tenant': 'nowhere' }), 404);
  const sealed = await ask('GET', `${archive}?recipient=${recipient}`, { ...admin, ...thil });
  assert.ok(sealed.rawPayload.toString('latin1').startsWith('age-encryption.org/v1'));
  const got = await ask('GET', archive, { ...steward, ...thil });
  assert.deepEqual([got.statusCode, got.headers['content-disposition']], [200, 'attachment; filename="thil.tar"']);
  const bytes = got.rawPayload;

  const into = `${archive}?as=thil2&withoutRights=true`;
  assert.equal(await status('POST', into, { ...steward, ...TAR }, bytes), 403);
  assert.equal(await status('POST', into, { ...old, ...TAR }, bytes), 401);
  assert.equal(await status('POST', into, { ...admin, ...CONTEXT }, {}), 400);
  const cut = await ask('POST', into, { ...admin, ...TAR }, bytes.subarray(0, 4096));
  assert.deepEqual([cut.statusCode, cut.json().detail], [422, 'it is cut off']);
  const taken = await ask('POST', `${archive}?as=audun`, { ...admin, ...TAR }, bytes);
  assert.deepEqual([taken.statusCode, /Tenant audun has data/.test(taken.json().detail)], [409, true]);
  const rights = await ask('POST', `${archive}?as=thil2`, { ...admin, ...TAR }, bytes);
  assert.deepEqual([rights.statusCode, /access_policy/.test(rights.json().detail)], [409, true], rights.body);
  const arrived = await ask('POST', into, { ...admin, ...TAR }, bytes);
  assert.equal(arrived.statusCode, 201, arrived.body);
  const compared = await ask(
    'POST',
    '/ops/leaving/comparison?as=thil2&withoutRights=true',
    { ...admin, ...TAR },
    bytes,
  );
  assert.deepEqual(compared.json().differences, [], compared.body);
  const read = await ask('GET', '/ngsi-ld/v1/entities?type=Lamp&format=simplified', {
    ...admin,
    'ngsild-tenant': 'thil2',
  });
  assert.deepEqual(
    read.json().map(({ level }: { level: number }) => level),
    [1, 2, 3],
  );
  const added = { id: 'urn:ngsi-ld:Lamp:new', type: 'Lamp' };
  assert.equal(
    await status('POST', '/ngsi-ld/v1/entities', { ...admin, ...CONTEXT, 'ngsild-tenant': 'thil2' }, added),
    201,
  );

  const gone = '/ops/leaving/tenants/thil';
  assert.equal(await status('DELETE', `${gone}?confirm=thil`, { ...steward, ...thil }), 403);
  assert.equal(await status('DELETE', `${gone}?confirm=audun`, admin), 400);
  assert.equal(await status('DELETE', '/ops/leaving/tenants/@default?confirm=@default', admin), 400);
  const deleted = await ask('DELETE', `${gone}?confirm=thil`, admin);
  assert.equal(deleted.statusCode, 200, deleted.body);
  assert.deepEqual([deleted.json().tenant, deleted.json().by], ['thil', 'token:root']);
  assert.equal(await status('GET', '/ngsi-ld/v1/entities?type=Lamp', { ...admin, ...thil }), 404);
  assert.equal(await status('GET', archive, { ...steward, ...thil }), 403, 'the policy went with the tenant');
  assert.equal(await status('GET', '/ops/access/policies/thil', admin), 404);
  const others = await ask('GET', '/ngsi-ld/v1/entities?type=Lamp', { ...admin, 'ngsild-tenant': 'audun' });
  assert.equal(others.json().length, 3);
  const verdict = (await ask('GET', '/ops/audit/verify', admin)).json();
  assert.equal(verdict.intact, true, 'the chain of the audit goes on');
  assert.ok(verdict.removed > 0);
  assert.doesNotMatch((await ask('GET', '/ops/audit/export', admin)).body, /Lamp:thil/);
});
