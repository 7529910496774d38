import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '@alzette/broker';
import { breakGlass } from '@alzette/identity';
import * as oidc from 'openid-client';
import { formAction, hiddenFields, newVisitor, type Visitor } from '../../services/identity/test/support/visitor.ts';
import { ownDatabase } from './support/own-database.ts';
import { freePort, startPlatformProcess } from './support/platform-process.ts';

/*
 * Identity and one broker in a process as with `npm start`, and a second broker in another process on the same
 * database: a revocation at the first applies at both.
 */

const BROKER = fileURLToPath(new URL('../../broker/src/main.ts', import.meta.url));
const { TEST_DATABASE_URL } = process.env;
const skip = TEST_DATABASE_URL ? false : 'PostgreSQL 17 with PostGIS is missing (TEST_DATABASE_URL is not set)';
const PASSWORD = 'canal-Tilleul-48-forge';
const TYPES = '/ngsi-ld/v1/types';
const PATIENCE_MS = 120_000;

test('a revoked role, account, session or key is invalid in every process', { skip }, async (t) => {
  const { url: databaseUrl, drop } = await ownDatabase(TEST_DATABASE_URL as string, 'revocation');
  const dataDir = await mkdtemp(join(tmpdir(), 'alzette-'));
  const port = await freePort();
  const publicUrl = `http://localhost:${port}`;
  const first = await startPlatformProcess({
    PORT: String(port),
    DATABASE_URL: databaseUrl,
    DATA_DIR: dataDir,
    ACCESS: 'enforced',
    DEMO: 'off',
  });
  t.after(async () => {
    await first.stop();
    await rm(dataDir, { recursive: true });
  });
  const second = await startBroker(t, databaseUrl, publicUrl);
  t.after(drop); // when no process uses it any more
  const both = [publicUrl, second];

  const db = await openDatabase({ url: databaseUrl });
  const emergency = await breakGlass(db, 1);
  await db.close();
  const portal = await oidc.discovery(new URL(`${publicUrl}/oidc`), 'portal', undefined, oidc.None(), {
    execute: [oidc.allowInsecureRequests],
  });
  const admin = await signIn(portal, publicUrl, newVisitor(), emergency.username, emergency.password);

  async function call(method: string, path: string, body?: unknown, token = admin.access_token) {
    const response = await fetch(publicUrl + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  let longestMs = 0;
  /** Waits until both processes answer a reader with these headers with this status. */
  async function becomes(status: number, headers: Record<string, string>, what: string): Promise<void> {
    const start = performance.now();
    for (const url of both) {
      for (let got = 0; got !== status; ) {
        assert.ok(performance.now() - start < PATIENCE_MS, `${what}: ${got}, expected ${status} of ${url}`);
        got = (await fetch(url + TYPES, { headers })).status;
      }
    }
    longestMs = Math.max(longestMs, performance.now() - start);
  }
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

  await call('PUT', '/ops/identity/roles/lamp-reader', {});
  await call('PUT', '/ops/identity/groups/crew', { name: 'Crew', roles: ['lamp-reader'] });
  await call('PUT', '/ops/access/policies/readers', { who: { roles: ['lamp-reader'] }, may: ['read', 'write'] });
  const { id, username } = await call('POST', '/ops/identity/users', { username: 'anne', roles: ['lamp-reader'] });
  const { link } = await call('POST', `/ops/identity/users/${id}/reset-link`);
  assert.equal((await newVisitor().submit(link, { password: PASSWORD })).status, 200);

  const reader = (visitor = newVisitor()) => signIn(portal, publicUrl, visitor, username, PASSWORD);

  let tokens = await reader();
  await becomes(200, bearer(tokens.access_token), 'a reader');
  await call('PATCH', `/ops/identity/users/${id}`, { roles: [] });
  await becomes(401, bearer(tokens.access_token), 'the token of a role taken away');
  tokens = await reader();
  await becomes(403, bearer(tokens.access_token), 'a new token without the role');

  await call('PATCH', `/ops/identity/users/${id}`, { groups: ['crew'] });
  tokens = await reader();
  await becomes(200, bearer(tokens.access_token), 'the role by a group');
  await call('PUT', '/ops/identity/groups/crew', { name: 'Crew', roles: [] });
  await becomes(401, bearer(tokens.access_token), 'a role taken from the group');
  await call('PUT', '/ops/identity/groups/crew', { name: 'Crew', roles: ['lamp-reader'] });

  await t.test('an administrator sees the product as somebody, and changes nothing', async () => {
    const asked = (token: string, path: string, body?: object) =>
      fetch(publicUrl + path, {
        headers: { ...bearer(token), 'content-type': 'application/json' },
        ...(body && { method: 'POST', body: JSON.stringify(body) }),
      });
    const session = newVisitor();
    const other = await signIn(portal, publicUrl, session, emergency.username, emergency.password);
    const own = await reader();
    const { token, expiresAt } = await call('POST', `/ops/identity/users/${id}/view`, undefined, other.access_token);
    assert.ok(Date.parse(expiresAt) - Date.now() < 16 * 60_000, expiresAt);
    await becomes(200, bearer(token), 'a view');
    const { sub } = other.claims() ?? {};
    const me = (await (await asked(token, '/ops/access/me')).json()) as Record<string, unknown>;
    assert.deepEqual([me.id, me.roles, me.seenBy], [id, ['lamp-reader'], sub]);
    assert.equal((me.may as Record<string, boolean>).administer, false);
    assert.equal((await asked(token, '/ops/identity/users')).status, 403, 'the rights are not those of who looks');

    const lamp = (n: number) => ({ id: `urn:ngsi-ld:Streetlight:${n}`, type: 'Streetlight' });
    assert.equal((await asked(own.access_token, '/ngsi-ld/v1/entities', lamp(1))).status, 201);
    for (const [path, body] of [
      ['/ngsi-ld/v1/entities', lamp(2)],
      ['/ngsi-ld/v1/entityOperations/upsert', [lamp(2)]],
      ['/ops/access/me/keys', { title: 'Kept' }],
      [`/ops/identity/users/${id}/view`, {}],
    ] as const) {
      const refused = await asked(token, path, body);
      assert.equal(refused.status, 403, path);
      assert.match(((await refused.json()) as { detail: string }).detail, /while you see the product as somebody else/);
    }
    const query = { type: 'Query', entities: [{ type: 'Streetlight' }] };
    const found = (await (await asked(token, '/ngsi-ld/v1/entityOperations/query', query)).json()) as { id: string }[];
    assert.deepEqual(
      found.map((each) => each.id),
      [lamp(1).id],
      'a query by POST reads',
    );

    const { entries } = await call('GET', '/ops/audit?action=account-seen-as');
    assert.deepEqual(
      entries.map(({ actor, object }: { actor: string; object: string }) => [actor, object]),
      [[`token:${sub}`, `user:${id}`]],
    );
    await signOut(portal, publicUrl, session, other.id_token as string);
    await becomes(401, bearer(token), 'the view of an administrator who has left');
    const again = await call('POST', `/ops/identity/users/${id}/view`);
    await becomes(200, bearer(again.token), 'another view');
    await call('DELETE', `/ops/identity/users/${id}/sessions`);
    await becomes(401, bearer(again.token), 'a view of somebody whose tokens were revoked');
  });

  const visitor = newVisitor();
  const leaving = await reader(visitor);
  const staying = await reader();
  await becomes(200, bearer(leaving.access_token), 'a session');
  await signOut(portal, publicUrl, visitor, leaving.id_token as string);
  await becomes(401, bearer(leaving.access_token), 'the token of a session that was left');
  await becomes(200, bearer(staying.access_token), 'another session of the same user');
  await call('DELETE', `/ops/identity/users/${id}/sessions`);
  await becomes(401, bearer(staying.access_token), 'a session ended by an administrator');

  tokens = await reader();
  const renewed = await oidc.refreshTokenGrant(portal, tokens.refresh_token as string);
  await becomes(200, bearer(renewed.access_token), 'a renewed token');
  await assert.rejects(oidc.refreshTokenGrant(portal, tokens.refresh_token as string), /invalid_grant|error/);
  await becomes(401, bearer(renewed.access_token), 'a token of a refresh token that was used twice');
  await becomes(401, bearer(tokens.access_token), 'the token before it');

  tokens = await reader();
  await becomes(200, bearer(tokens.access_token), 'an account');
  await call('PATCH', `/ops/identity/users/${id}`, { enabled: false });
  await becomes(401, bearer(tokens.access_token), 'the token of a disabled account');
  await assert.rejects(oidc.refreshTokenGrant(portal, tokens.refresh_token as string), { error: 'invalid_grant' });

  await t.test('what only a person saw is erased with the account, what a group shares stays', async () => {
    await call('PATCH', `/ops/identity/users/${id}`, { enabled: true });
    const { access_token } = await reader();
    const view = { title: 'Dark lamps', address: '/map' };
    await call('PUT', '/dashboards/views/own', view, access_token);
    await call('PUT', '/dashboards/views/shared', { ...view, group: 'crew' }, access_token);
    await call('PUT', '/alarms/handover/shift', {}, access_token);
    const left = async () => {
      const own = await openDatabase({ url: databaseUrl });
      const { rows } = await own.query<{ id: string }>({
        text: `SELECT id FROM dashboards.view WHERE tenant = '' UNION ALL SELECT 'shift' FROM alarms.shift WHERE tenant = ''`,
      });
      await own.close();
      return rows.map((row) => row.id).sort();
    };
    assert.deepEqual(await left(), ['own', 'shared', 'shift']);
    await call('DELETE', `/ops/identity/users/${id}`);
    assert.deepEqual(await left(), ['shared']);
  });

  const machine = await call('PUT', '/ops/identity/clients/meter', {
    name: 'Meter',
    kind: 'machine',
    roles: ['lamp-reader'],
  });
  const meter = await oidc.discovery(new URL(`${publicUrl}/oidc`), 'meter', machine.secret, undefined, {
    execute: [oidc.allowInsecureRequests],
  });
  const measured = await oidc.clientCredentialsGrant(meter, {});
  await becomes(200, bearer(measured.access_token), 'a machine');
  await call('DELETE', '/ops/identity/roles/lamp-reader');
  await becomes(401, bearer(measured.access_token), 'the role that is no more');

  const key = await call('POST', '/ops/access/keys', { title: 'Reader', roles: ['lamp-reader'] });
  await becomes(200, { 'x-api-key': key.key }, 'a key');
  await call('DELETE', `/ops/access/keys/${key.id}`);
  await becomes(401, { 'x-api-key': key.key }, 'a revoked key');
  t.diagnostic(`at both processes within ${Math.round(longestMs)} ms`);
});

/** A broker without other services that trusts the tokens of the first process. */
async function startBroker(t: TestContext, databaseUrl: string, publicUrl: string): Promise<string> {
  const port = await freePort();
  const child: ChildProcess = spawn(process.execPath, [BROKER], {
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      LOG_LEVEL: 'warn',
      PORT: String(port),
      DATABASE_URL: databaseUrl,
      ACCESS: 'enforced',
      OIDC_ISSUER: `${publicUrl}/oidc`,
      OIDC_AUDIENCE: publicUrl,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  t.after(async () => {
    if (child.exitCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
  const url = `http://127.0.0.1:${port}`;
  for (const start = performance.now(); ; ) {
    const isUp = await fetch(`${url}/live`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return url;
    assert.ok(child.exitCode === null && performance.now() - start < PATIENCE_MS, 'the second broker is up');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** By code and PKCE, as the portal does. */
async function signIn(config: oidc.Configuration, url: string, visitor: Visitor, name: string, password: string) {
  const verifier = oidc.randomPKCECodeVerifier();
  const redirect = `${url}/sign-in`;
  const to = oidc.buildAuthorizationUrl(config, {
    redirect_uri: redirect,
    scope: 'openid',
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
  let visit = await visitor.goTo(to.href, redirect);
  if (!visit.url.startsWith(redirect)) {
    visit = await visitor.submit(formAction(visit, '/password'), { name, password }, redirect);
  }
  assert.ok(visit.url.startsWith(redirect), visit.text);
  return oidc.authorizationCodeGrant(config, new URL(visit.url), { pkceCodeVerifier: verifier });
}

async function signOut(config: oidc.Configuration, url: string, visitor: Visitor, idToken: string): Promise<void> {
  const out = oidc.buildEndSessionUrl(config, { id_token_hint: idToken, post_logout_redirect_uri: `${url}/` });
  const page = await visitor.goTo(out.href);
  await visitor.submit(formAction(page), { ...hiddenFields(page), logout: 'yes' }, `${url}/`);
}
