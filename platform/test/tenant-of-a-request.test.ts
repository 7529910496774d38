import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { startGuardedPlatform } from './support/guarded-platform.ts';

/*
 * The tenant whose rights are checked is the tenant of the operation, whatever header names it, on every route of the
 * product. The attacker has all rights in the tenant `alpha` and none elsewhere.
 */

type Headers = Readonly<Record<string, string>>;

/** Headers that name a tenant, and the tenant of each. */
const NAMED: readonly (readonly [Headers, tenant: string])[] = [
  [{ 'ngsild-tenant': 'alpha' }, 'alpha'],
  [{ 'NGSILD-TENANT': 'alpha' }, 'alpha'],
  [{ 'fiware-service': 'alpha' }, 'alpha'],
  [{ 'Fiware-Service': 'ALPHA' }, 'alpha'],
  [{ 'ngsild-tenant': 'alpha', 'fiware-service': 'alpha' }, 'alpha'],
  [{ 'ngsild-tenant': 'alpha', 'fiware-service': 'Alpha' }, 'alpha'],
  [{ 'ngsild-tenant': 'ALPHA' }, 'ALPHA'],
  [{ 'ngsild-tenant': 'alpha2' }, 'alpha2'],
  [{ 'fiware-service': 'beta' }, 'beta'],
  [{}, ''],
];

const REFUSED: readonly Headers[] = [
  { 'ngsild-tenant': 'alpha', 'fiware-service': 'beta' },
  { 'ngsild-tenant': 'beta', 'fiware-service': 'alpha' },
  { 'ngsild-tenant': 'ALPHA', 'fiware-service': 'alpha' },
  { 'ngsild-tenant': '', 'fiware-service': 'alpha' },
  { 'ngsild-tenant': '' },
  { 'fiware-service': '' },
  { 'ngsild-tenant': 'alpha, beta' }, // as Node joins a repeated header
  { 'fiware-service': 'beta, alpha' },
  { 'ngsild-tenant': 'alpha beta' },
  { 'ngsild-tenant': 'alpha@1 urn:x:snapshot' },
];

const BODIES: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/** The product with a token of `mallory`, who has all rights in the tenant alpha and none elsewhere. */
async function startWithMallory(t: TestContext) {
  const { app, publicUrl, authorizationOf } = await startGuardedPlatform(t);
  const administrator = { authorization: await authorizationOf('root', 'administrator') };
  const policy = { who: { roles: ['manager'] }, may: ['read', 'write', 'administer'], tenants: ['alpha'] };
  const put = await app.inject({
    method: 'PUT',
    url: '/ops/access/policies/manager',
    headers: administrator,
    payload: policy,
  });
  assert.ok(put.statusCode < 300, put.body);
  return { app, publicUrl, administrator, mallory: { authorization: await authorizationOf('mallory', 'manager') } };
}

test('every route checks rights and acts in the same tenant, however it is named', async (t) => {
  const { app, mallory } = await startWithMallory(t);
  const { paths } = (await app.inject({ url: '/openapi' })).json() as { paths: Record<string, object> };
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })),
  );
  assert.ok(operations.length > 200);

  for (const { method, path } of operations) {
    const ask = async (headers: Headers, url = path.replaceAll(/\{\w+\}/g, 'urn:x:none')) => {
      const {
        statusCode,
        body,
        headers: answered,
      } = await app.inject({
        method: method as 'GET',
        url,
        headers: { ...mallory, ...headers },
        ...(BODIES.has(method) && { payload: {} }),
      });
      return { statusCode, body, answered, what: `${method} ${url} ${JSON.stringify(headers)}: ${statusCode} ${body}` };
    };
    for (const headers of REFUSED) {
      const { statusCode, body, what } = await ask(headers);
      assert.equal(statusCode, 400, what);
      assert.match(body, /NGSILD-Tenant|Fiware-Service/, what);
    }
    if (path === '/events') {
      const { statusCode, what } = await ask({ 'ngsild-tenant': 'beta' }, '/events?tenant=alpha');
      assert.equal(statusCode, 400, what);
      continue; // an accepted stream never ends
    }
    const isClosedElsewhere = (await ask({ 'ngsild-tenant': 'foreign' })).statusCode === 403;
    for (const [headers, tenant] of NAMED) {
      const { statusCode, answered, what } = await ask(headers);
      if (tenant !== '') assert.equal(answered['ngsild-tenant'], tenant, what);
      if (isClosedElsewhere && tenant !== 'alpha') assert.equal(statusCode, 403, what);
      assert.ok(statusCode < 500 || statusCode === 501, what);
    }
  }
});

test('rights in a tenant named by Fiware-Service give no access to the default tenant', async (t) => {
  const { app, administrator, mallory } = await startWithMallory(t);
  const create = (headers: Headers, id: string) =>
    app.inject({ method: 'POST', url: '/ngsi-ld/v1/entities', headers, payload: { id, type: 'Lamp' } });
  const ids = async (headers: Headers) =>
    (await app.inject({ url: '/ngsi-ld/v1/entities?type=Lamp', headers })).json().map(({ id }: { id: string }) => id);
  assert.equal((await create(administrator, 'urn:x:of-the-default-tenant')).statusCode, 201);

  const asAlpha = { ...mallory, 'fiware-service': 'alpha' };
  assert.equal((await create(asAlpha, 'urn:x:of-alpha')).statusCode, 201);
  assert.deepEqual(await ids(asAlpha), ['urn:x:of-alpha']);
  assert.deepEqual(await ids({ ...administrator, 'ngsild-tenant': 'alpha' }), ['urn:x:of-alpha']);
  assert.deepEqual(await ids(administrator), ['urn:x:of-the-default-tenant']);

  const { entries } = (
    await app.inject({ url: '/ops/audit?action=PUT', headers: { ...administrator, 'fiware-service': 'alpha' } })
  ).json();
  assert.ok(Array.isArray(entries));
});

test('a header that is sent twice on the wire is refused', async (t) => {
  const { publicUrl, mallory } = await startWithMallory(t);
  const { hostname, port, host } = new URL(publicUrl);
  for (const names of [
    ['NGSILD-Tenant: alpha', 'NGSILD-Tenant: beta'],
    ['NGSILD-Tenant: alpha', 'ngsild-tenant: alpha'],
    ['Fiware-Service: alpha', 'fiware-service: beta'],
    ['NGSILD-Tenant:', 'Fiware-Service: alpha'],
  ]) {
    const socket = connect(Number(port), hostname);
    const lines = [
      'GET /ngsi-ld/v1/types HTTP/1.1',
      `Host: ${host}`,
      `Authorization: ${mallory.authorization}`,
      'Connection: close',
      ...names,
    ];
    socket.end(`${lines.join('\r\n')}\r\n\r\n`);
    assert.match(await text(socket), /^HTTP\/1\.1 400 /, names.join(', '));
  }
});
