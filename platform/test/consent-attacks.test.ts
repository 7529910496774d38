import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeJwt } from 'jose';
import * as oidc from 'openid-client';
import { startOwnIdentity } from './support/own-identity.ts';

/*
 * Attacks by third-party clients with the tokens of a user: a user with all rights, who consents to what the page shows
 * and to nothing more.
 */

const TYPES = '/ngsi-ld/v1/types';
const ENTITIES = '/ngsi-ld/v1/entities';
const LAMP = { id: 'urn:ngsi-ld:Lamp:1', type: 'Lamp' };
const WISH = { title: 'Kept', roles: ['administrator'], scopes: ['read', 'write', 'administer'] };

test('third-party clients', async (t) => {
  const platform = await startOwnIdentity(t);
  const { publicUrl, admin, call, newUser, signIn } = platform;
  await admin('PUT', '/ops/identity/roles/chief', {});
  await admin('PUT', '/ops/access/policies/chief', {
    who: { roles: ['chief'] },
    may: ['read', 'write'],
    delegable: true,
  });
  await admin('PUT', '/ops/access/policies/chiefs', {
    who: { roles: ['chief'] },
    may: ['administer'],
    tenants: ['*'],
  });
  await newUser('chief', { roles: ['chief'] });
  await admin('POST', ENTITIES, LAMP);
  const redirect = `${publicUrl}/ready`;
  const program = async (id: string, api?: string[]) => {
    const body = { name: id, kind: 'public', redirectUris: [redirect], ...(api && { api }) };
    await admin('PUT', `/ops/identity/clients/${id}`, body);
    return (scope: string, more: Record<string, string> = {}) =>
      signIn({ name: 'chief', clientId: id, redirect, scope, more });
  };
  const statusOf = async (headers: Record<string, string>, method: string, path: string, body?: unknown) =>
    (await call(headers, method, path, body)).status;
  const nothing = async (headers: Record<string, string>, refused: number) => {
    for (const [method, path, body] of [
      ['GET', TYPES],
      ['POST', ENTITIES, { ...LAMP, id: 'urn:ngsi-ld:Lamp:2' }],
      ['GET', '/ops/access/keys'],
      ['POST', '/ops/access/keys', WISH],
      ['GET', '/ops/access/me/keys'],
      ['POST', '/ops/access/me/keys', { title: 'Kept' }],
      ['GET', '/ops/identity/users'],
      ['POST', '/iot/registry/devices', {}],
    ] as const) {
      assert.equal(await statusOf(headers, method, path, body), refused, `${method} ${path}`);
    }
  };

  await t.test('signing a user in by openid alone gives no rights of that user', async () => {
    const stranger = await program('stranger');
    await nothing((await stranger('openid')).headers, 401);
    await nothing((await stranger('openid profile email roles')).headers, 401);
  });

  await t.test('asking for the API without being allowed it is refused', async () => {
    const stranger = await program('uninvited');
    const refusal = (error: unknown) =>
      error instanceof Error && /invalid_target/.test(JSON.stringify(error) + error.message);
    await assert.rejects(stranger('openid', { resource: publicUrl }), refusal);
    await assert.rejects(stranger('openid alzette:administer'), refusal);
    const machine = await admin('PUT', '/ops/identity/clients/pump', { name: 'Pump', kind: 'machine', api: [] });
    const config = await configOf('pump', machine.secret);
    await assert.rejects(oidc.clientCredentialsGrant(config, { scope: 'alzette:read' }));
  });

  await t.test('a token for the API without a scope of it is good for nothing', async () => {
    const reader = await program('reader', ['read']);
    const { access, headers } = await reader('openid', { resource: publicUrl });
    assert.equal(decodeJwt(access).scope, undefined);
    await nothing(headers, 403);
  });

  await t.test('scopes that the client is not allowed are not in its tokens, whoever signs in', async () => {
    const reader = await program('reader', ['read']);
    const { access, headers } = await reader('openid alzette:read alzette:write alzette:administer');
    assert.equal(decodeJwt(access).scope, 'alzette:read');
    assert.equal(await statusOf(headers, 'GET', TYPES), 200);
    assert.equal(await statusOf(headers, 'POST', ENTITIES, { ...LAMP, id: 'urn:ngsi-ld:Lamp:3' }), 403);
    assert.equal(await statusOf(headers, 'POST', '/ops/access/keys', WISH), 403);
    // A key of the user has no more rights than the token that creates it.
    assert.equal(await statusOf(headers, 'POST', '/ops/access/me/keys', { title: 'x', scopes: ['write'] }), 400);
    const own = await call(headers, 'POST', '/ops/access/me/keys', { title: 'x' });
    assert.deepEqual([own.status, own.body.scopes], [201, ['read']]);
  });

  await t.test('the scope for administration creates no key that reads and writes', async () => {
    const manager = await program('manager', ['administer']);
    const { headers } = await manager('openid alzette:administer');
    const refused = await call(headers, 'POST', '/ops/access/keys', WISH);
    assert.equal(refused.status, 403);
    assert.match(refused.body.detail, /Lacking: the scope read/);
  });

  await t.test('our own pages have the rights of their user', async () => {
    const { headers } = await signIn({ name: 'chief' });
    assert.equal(await statusOf(headers, 'GET', TYPES), 200);
    assert.equal(await statusOf(headers, 'POST', ENTITIES, { ...LAMP, id: 'urn:ngsi-ld:Lamp:4' }), 201);
    assert.equal((await call(headers, 'POST', '/ops/access/me/keys', { title: 'Own' })).status, 201);
  });

  await t.test('a machine has the allowed scopes, and no more on request', async () => {
    const machine = await admin('PUT', '/ops/identity/clients/meter', {
      name: 'Meter',
      kind: 'machine',
      roles: ['chief'],
    });
    const config = await configOf('meter', machine.secret);
    for (const scope of [undefined, 'alzette:read alzette:write alzette:administer']) {
      const token = await oidc.clientCredentialsGrant(config, { ...(scope && { scope }) });
      const headers = { authorization: `Bearer ${token.access_token}` };
      assert.equal(await statusOf(headers, 'GET', TYPES), 200);
      assert.equal(await statusOf(headers, 'POST', ENTITIES, { ...LAMP, id: 'urn:ngsi-ld:Lamp:5' }), 403);
    }
  });

  function configOf(id: string, secret: string) {
    const options = { execute: [oidc.allowInsecureRequests] };
    return oidc.discovery(new URL(`${publicUrl}/oidc`), id, secret, undefined, options);
  }
});
