import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { Database } from '@alzette/kit/database';
import { eventually } from '@alzette/kit/testing';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import * as oidc from 'openid-client';
import { eachDatabase } from '../../../broker/test/support/index.ts';
import { saveClient } from '../src/store/clients.ts';
import { eventsOf } from '../src/store/events.ts';
import { openSecrets } from '../src/store/secrets.ts';
import { rotateSigningKeys } from '../src/store/signing-keys.ts';
import { newAccount, PASSWORD } from './support/accounts.ts';
import { SECRET_KEY, startIdentityServer } from './support/identity.ts';
import { authorizationPath, trySignIn } from './support/sign-in.ts';
import { formAction, hiddenFields, newVisitor, type Visitor } from './support/visitor.ts';

const sessionOf = ({ access_token: token }: oidc.TokenEndpointResponse) => decodeJwt(token).sid;
const LOCAL = { execute: [oidc.allowInsecureRequests] };

/** The portal's authorization code flow, in a visitor's browser. */
async function signIn(config: oidc.Configuration, url: string, visitor: Visitor, username: string, scope: string) {
  const verifier = oidc.randomPKCECodeVerifier();
  const state = oidc.randomState();
  const nonce = oidc.randomNonce();
  const redirect = `${url}/sign-in`;
  const to = oidc.buildAuthorizationUrl(config, {
    redirect_uri: redirect,
    scope,
    state,
    nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
  let visit = await visitor.goTo(to.href, redirect);
  if (!visit.url.startsWith(redirect)) {
    assert.match(visit.text, /<h1>Se connecter/);
    visit = await visitor.submit(formAction(visit, '/password'), { name: username, password: PASSWORD }, redirect);
  }
  assert.ok(visit.url.startsWith(redirect), visit.text);
  return oidc.authorizationCodeGrant(config, new URL(visit.url), {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
  });
}

async function newClient(db: Database, metadata: Record<string, unknown>, roles: string[] = []) {
  const id = `c-${randomUUID().slice(0, 8)}`;
  const secret = randomUUID() + randomUUID();
  await saveClient(db, { id, name: `Client ${id}`, metadata, roles, groups: [], enabled: true }, secret);
  return { id, secret };
}

eachDatabase('OpenID Connect by an independent client', (test) => {
  test('discovery, code with PKCE, claims, refresh rotation and its reuse, sign-out', async (t, db) => {
    const revoked: string[] = [];
    const server = await startIdentityServer(db, { onRevoke: async (subject) => void revoked.push(subject) });
    t.after(() => server.close());
    await db.query({
      text: `INSERT INTO identity.role VALUES ('operator', ''), ('reader', '') ON CONFLICT DO NOTHING`,
    });
    await db.query({
      text: `INSERT INTO identity.user_group VALUES ('crew', 'Crew', '{reader}') ON CONFLICT DO NOTHING`,
    });
    const user = await newAccount(db, { roles: ['operator'], groups: ['crew'] });
    const config = await oidc.discovery(new URL(`${server.url}/oidc`), 'portal', undefined, oidc.None(), LOCAL);
    const metadata = config.serverMetadata();
    assert.equal(metadata.issuer, `${server.url}/oidc`);
    assert.deepEqual(metadata.code_challenge_methods_supported, ['S256']);
    assert.equal(metadata.jwks_uri, `${server.url}/oidc/jwks`);

    const visitor = newVisitor();
    const tokens = await signIn(
      config,
      server.url,
      visitor,
      user.username,
      'openid profile email roles alzette:read alzette:write',
    );
    const claims = tokens.claims();
    assert.equal(claims?.sub, user.id);
    assert.equal(claims?.preferred_username, user.username);
    assert.deepEqual(claims?.roles, ['operator', 'reader']);

    const keys = createRemoteJWKSet(new URL(metadata.jwks_uri as string));
    const { payload, protectedHeader } = await jwtVerify(tokens.access_token, keys, {
      issuer: `${server.url}/oidc`,
      audience: server.url,
      typ: 'at+jwt',
    });
    assert.equal(protectedHeader.alg, 'RS256');
    assert.equal(payload.sub, user.id);
    assert.equal(payload.client_id, 'portal');
    assert.equal(payload.scope, 'alzette:read alzette:write');
    assert.deepEqual([payload.roles, payload.groups], [['operator', 'reader'], ['crew']]);

    // With the existing session, a second sign-in shows no form.
    const again = await signIn(config, server.url, visitor, user.username, 'openid');
    assert.equal(again.claims()?.sub, user.id);

    const fresh = await oidc.refreshTokenGrant(config, tokens.refresh_token as string);
    assert.notEqual(fresh.refresh_token, tokens.refresh_token);
    assert.equal(decodeJwt(fresh.access_token).sub, user.id);
    const newest = await oidc.refreshTokenGrant(config, fresh.refresh_token as string);
    // A refresh token used twice was probably stolen: everything issued from it is revoked.
    await assert.rejects(oidc.refreshTokenGrant(config, fresh.refresh_token as string), { error: 'invalid_grant' });
    await assert.rejects(oidc.refreshTokenGrant(config, newest.refresh_token as string), { error: 'invalid_grant' });

    // Two concurrent uses are detected too.
    const raced = await signIn(config, server.url, visitor, user.username, 'openid');
    assert.notEqual(sessionOf(raced), sessionOf(newest), 'in a session that is not revoked');
    revoked.length = 0;
    const both = await Promise.allSettled(
      [1, 2].map(() => oidc.refreshTokenGrant(config, raced.refresh_token as string)),
    );
    const won = both.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    assert.ok(won.length <= 1);
    for (const { refresh_token = '' } of [raced, ...won]) {
      await assert.rejects(oidc.refreshTokenGrant(config, refresh_token), { error: 'invalid_grant' });
    }
    await eventually('its access tokens are revoked', async () => revoked.includes(`session:${sessionOf(raced)}`));

    const signedIn = await signIn(config, server.url, newVisitor(), user.username, 'openid alzette:read');
    const leaving = newVisitor();
    const last = await signIn(config, server.url, leaving, user.username, 'openid alzette:read');
    const out = oidc.buildEndSessionUrl(config, {
      id_token_hint: last.id_token as string,
      post_logout_redirect_uri: `${server.url}/`,
      state: 'bye',
    });
    const page = await leaving.goTo(out.href);
    assert.match(page.text, /data-submit/);
    const left = await leaving.submit(formAction(page), { ...hiddenFields(page), logout: 'yes' }, `${server.url}/?`);
    assert.equal(left.url, `${server.url}/?state=bye`);
    await assert.rejects(oidc.refreshTokenGrant(config, last.refresh_token as string), { error: 'invalid_grant' });
    // The session of another browser is not affected.
    await oidc.refreshTokenGrant(config, signedIn.refresh_token as string);
    await oidc.tokenRevocation(config, signedIn.refresh_token as string);
    const ends = await eventually('the ends of sessions are recorded', async () => {
      const found = (await eventsOf(db, user.id)).filter(({ kind }) => kind === 'signed-out');
      return found.length > 3 && found;
    });
    const by = ends.map(({ detail }) => (detail as { by?: string }).by ?? 'the user');
    assert.deepEqual([...new Set(by)], ['client', 'the user', 'reuse'], 'the latest first');
    assert.ok(ends.every(({ address }) => address !== null));
  });

  test('a code needs its verifier; wrong passwords, redirects and audiences are refused', async (t, db) => {
    const server = await startIdentityServer(db);
    t.after(() => server.close());
    const user = await newAccount(db);
    const config = await oidc.discovery(new URL(`${server.url}/oidc`), 'portal', undefined, oidc.None(), LOCAL);
    const parameters = { redirect_uri: `${server.url}/sign-in`, scope: 'openid' };
    const visitor = newVisitor();
    const plain = await visitor.goTo(oidc.buildAuthorizationUrl(config, parameters).href, `${server.url}/sign-in`);
    assert.match(plain.url, /error=invalid_request/);
    const challenge = await oidc.calculatePKCECodeChallenge(oidc.randomPKCECodeVerifier());
    const withPkce = { ...parameters, code_challenge: challenge, code_challenge_method: 'S256' };
    const elsewhere = oidc.buildAuthorizationUrl(config, { ...withPkce, redirect_uri: 'https://elsewhere.example/' });
    const refusal = await visitor.goTo(elsewhere.href);
    assert.equal(refusal.status, 400);
    assert.match(refusal.text, /invalid_redirect_uri/);
    const foreign = oidc.buildAuthorizationUrl(config, { ...withPkce, resource: 'https://elsewhere.example' });
    assert.match((await visitor.goTo(foreign.href, `${server.url}/sign-in`)).url, /error=invalid_target/);

    const page = await visitor.goTo(oidc.buildAuthorizationUrl(config, withPkce).href);
    const wrong = await visitor.submit(formAction(page, '/password'), { name: user.username, password: 'nonsense' });
    assert.equal(wrong.status, 401);
    assert.match(wrong.text, /role="alert"/);
    const right = await visitor.submit(
      formAction(page, '/password'),
      { name: user.username.toUpperCase(), password: PASSWORD },
      `${server.url}/sign-in`,
    );
    const callback = new URL(right.url);
    await assert.rejects(
      oidc.authorizationCodeGrant(config, callback, { pkceCodeVerifier: oidc.randomPKCECodeVerifier() }),
      { error: 'invalid_grant' },
    );
  });

  test('a machine gets tokens in its own name by client credentials, and none when disabled', async (t, db) => {
    const server = await startIdentityServer(db);
    t.after(() => server.close());
    const metadata = {
      alzette_api: ['alzette:read'],
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    };
    const { id, secret } = await newClient(db, metadata, ['operator']);
    const config = await oidc.discovery(new URL(`${server.url}/oidc`), id, secret, undefined, LOCAL);
    const token = await oidc.clientCredentialsGrant(config, { scope: 'alzette:read' });
    const claims = decodeJwt(token.access_token);
    assert.deepEqual(
      [claims.sub, claims.client_id, claims.roles, claims.scope, claims.aud],
      [id, id, ['operator'], 'alzette:read', server.url],
    );
    const wrong = await oidc.discovery(new URL(`${server.url}/oidc`), id, `${secret}x`, undefined, LOCAL);
    await assert.rejects(oidc.clientCredentialsGrant(wrong, {}), { error: 'invalid_client' });
    await db.query({ text: 'UPDATE identity.client SET enabled = false WHERE id = $1', values: [id] });
    await assert.rejects(oidc.clientCredentialsGrant(config, {}), { error: 'invalid_client' });
  });

  test('a user authorises a device, with consent', async (t, db) => {
    const server = await startIdentityServer(db);
    t.after(() => server.close());
    const user = await newAccount(db);
    const { id, secret } = await newClient(db, {
      alzette_api: ['alzette:read'],
      grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
      redirect_uris: [],
      response_types: [],
    });
    const config = await oidc.discovery(new URL(`${server.url}/oidc`), id, secret, undefined, LOCAL);
    const device = await oidc.initiateDeviceAuthorization(config, { scope: 'openid alzette:read' });
    const visitor = newVisitor();
    let page = await visitor.goTo(device.verification_uri);
    page = await visitor.submit(formAction(page), { ...hiddenFields(page), user_code: 'BBBB-BBBB' });
    assert.match(page.text, /role="alert"/);
    page = await visitor.submit(formAction(page), { ...hiddenFields(page), user_code: device.user_code });
    assert.match(page.text, new RegExp(device.user_code));
    page = await visitor.submit(formAction(page), hiddenFields(page));
    page = await visitor.submit(formAction(page, '/password'), { name: user.username, password: PASSWORD });
    assert.match(page.text, /lire les données du territoire/);
    page = await visitor.submit(formAction(page, '/consent'), {});
    assert.match(page.text, /appareil est connecté/);
    const tokens = await oidc.pollDeviceAuthorizationGrant(config, { ...device, interval: 0.1 });
    assert.equal(tokens.claims()?.sub, user.id);
    assert.equal(decodeJwt(tokens.access_token).scope, 'alzette:read');
  });

  test('wrong device codes block further attempts, including the right one', async (t, db) => {
    const server = await startIdentityServer(db);
    t.after(() => server.close());
    const { id, secret } = await newClient(db, {
      grant_types: ['urn:ietf:params:oauth:grant-type:device_code'],
      redirect_uris: [],
      response_types: [],
    });
    const config = await oidc.discovery(new URL(`${server.url}/oidc`), id, secret, undefined, LOCAL);
    const device = await oidc.initiateDeviceAuthorization(config, { scope: 'openid' });
    const forget = () => db.query({ text: `DELETE FROM identity.throttle WHERE key LIKE 'device%'` });
    await forget();
    const visitor = newVisitor();
    const enter = async (code: string) => {
      const page = await visitor.goTo(device.verification_uri);
      // Whatever address the request claims to come from.
      return visitor.submit(formAction(page), { ...hiddenFields(page), user_code: code });
    };
    for (let n = 0; n < 5; n++) assert.equal((await enter('BBBB-BBBB')).status, 200);
    const blocked = await enter(device.user_code);
    assert.equal(blocked.status, 429);
    assert.ok(Number(blocked.headers.get('retry-after')) > 0);
    assert.match(blocked.text, /Trop d/);
    await forget();
    assert.match((await enter(device.user_code)).text, new RegExp(device.user_code));
  });

  test('the session id changes with the sign-in, and cookies are only for the browser and for TLS', async (t, db) => {
    const server = await startIdentityServer(db);
    t.after(() => server.close());
    const { username } = await newAccount(db);
    const visitor = newVisitor();
    await trySignIn(server.url, visitor, username, PASSWORD);
    const first = visitor.cookie('alzette_session');
    assert.ok(first);
    const nextUrl = authorizationPath(server.url);
    nextUrl.searchParams.set('prompt', 'login');
    const page = await visitor.goTo(nextUrl.href);
    await visitor.submit(
      formAction(page, '/password'),
      { name: username, password: PASSWORD },
      `${server.url}/sign-in`,
    );
    assert.ok(visitor.cookie('alzette_session'));
    assert.notEqual(visitor.cookie('alzette_session'), first);

    const secure = await startIdentityServer(db, { publicUrl: 'https://alzette.example' });
    t.after(() => secure.close());
    const there = authorizationPath('https://alzette.example');
    const answer = await fetch(secure.url + there.pathname + there.search, { redirect: 'manual' });
    assert.equal(answer.status, 303);
    const cookies = answer.headers.getSetCookie();
    assert.ok(cookies.length >= 2);
    for (const cookie of cookies) {
      for (const attribute of [/; ?secure/i, /; ?httponly/i, /; ?samesite=lax/i, /; ?path=\/oidc/i]) {
        assert.match(cookie, attribute);
      }
    }
  });

  test('a session ends twelve hours after its sign-in, even if it is used', async (t, db) => {
    const server = await startIdentityServer(db);
    t.after(() => server.close());
    const { id, username } = await newAccount(db);
    const visitor = newVisitor();
    await trySignIn(server.url, visitor, username, PASSWORD);
    const left = async () => {
      const { rows } = await db.query<{ id: string; payload: string; minutes: number }>({
        text: `SELECT id, payload, extract(epoch FROM expires_at - now())::float8 / 60 AS minutes
          FROM identity.record WHERE model = 'Session' AND account = $1`,
        values: [id],
      });
      assert.equal(rows.length, 1);
      return rows[0] as { id: string; payload: string; minutes: number };
    };
    const { id: session, payload, minutes } = await left();
    assert.ok(minutes > 11 * 60 && minutes <= 12 * 60, `${minutes} minutes`);
    // Sets the sign-in to eleven hours ago.
    const secrets = await openSecrets(db, SECRET_KEY);
    const content = JSON.parse(await secrets.open(payload, `Session:${session}`));
    const earlier = JSON.stringify({ ...content, loginTs: content.loginTs - 11 * 3600 });
    await db.query({
      text: `UPDATE identity.record SET payload = $2 WHERE model = 'Session' AND id = $1`,
      values: [session, await secrets.seal(earlier, `Session:${session}`)],
    });
    assert.match((await visitor.goTo(authorizationPath(server.url).href, `${server.url}/sign-in`)).url, /code=/);
    assert.ok((await left()).minutes <= 60);
  });

  test('pages have a strict content security policy and no inline scripts or styles', async (t, db) => {
    const server = await startIdentityServer(db);
    t.after(() => server.close());
    const { username } = await newAccount(db);
    const visitor = newVisitor();
    const pages = [
      await visitor.goTo(authorizationPath(server.url).href),
      await trySignIn(server.url, visitor, username, 'wrong'),
      await visitor.goTo(`${server.url}/oidc/reset`),
      await visitor.goTo(`${server.url}/oidc/privacy`),
      await visitor.goTo(`${server.url}/oidc/device`),
      await visitor.goTo(`${server.url}/oidc/auth?client_id=nobody`),
    ];
    await trySignIn(server.url, visitor, username, PASSWORD);
    pages.push(await visitor.goTo(`${server.url}/oidc/account`));
    for (const { url, text, headers } of pages) {
      const policy = headers.get('content-security-policy') ?? '';
      for (const part of ["default-src 'none'", "script-src 'self';", "base-uri 'none'", "frame-ancestors 'none'"]) {
        assert.ok(policy.includes(part), `${url}: ${policy}`);
      }
      assert.doesNotMatch(policy, /unsafe/);
      assert.deepEqual(
        [headers.get('x-content-type-options'), headers.get('referrer-policy'), headers.get('cache-control')],
        ['nosniff', 'same-origin', 'no-store'],
        url,
      );
      assert.match(headers.get('content-type') ?? '', /^text\/html; charset=utf-8/);
      assert.doesNotMatch(text, /<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=/, url);
    }
    // Pages of the library itself allow only their own script.
    for (const path of ['device?user_code=BBBB-BBBB', 'session/end']) {
      const { headers } = await newVisitor().goTo(`${server.url}/oidc/${path}`);
      assert.match(headers.get('content-security-policy') ?? '', /script-src 'self' 'sha256-[^']+';/);
    }
  });

  test('a client is notified by the back channel that its user has signed out', async (t, db) => {
    const server = await startIdentityServer(db);
    t.after(() => server.close());
    const notifiedTokens: string[] = [];
    const program = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      notifiedTokens.push(new URLSearchParams(body).get('logout_token') ?? '');
      response.end();
    });
    await new Promise<void>((resolve) => program.listen(0, '127.0.0.1', resolve));
    t.after(() => {
      program.closeAllConnections();
      program.close();
    });
    const { port } = program.address() as { port: number };
    const redirect = `http://127.0.0.1:${port}/back`;
    const { id, secret } = await newClient(db, {
      grant_types: ['authorization_code'],
      response_types: ['code'],
      redirect_uris: [redirect],
      backchannel_logout_uri: `http://127.0.0.1:${port}/out`,
    });
    const user = await newAccount(db);
    const config = await oidc.discovery(new URL(`${server.url}/oidc`), id, secret, undefined, LOCAL);
    const visitor = newVisitor();
    const verifier = oidc.randomPKCECodeVerifier();
    const to = oidc.buildAuthorizationUrl(config, {
      redirect_uri: redirect,
      scope: 'openid',
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    let page = await visitor.goTo(to.href);
    page = await visitor.submit(formAction(page, '/password'), { name: user.username, password: PASSWORD });
    page = await visitor.submit(formAction(page, '/consent'), {}, redirect);
    const tokens = await oidc.authorizationCodeGrant(config, new URL(page.url), { pkceCodeVerifier: verifier });
    const out = await visitor.goTo(oidc.buildEndSessionUrl(config, { id_token_hint: tokens.id_token as string }).href);
    await visitor.submit(formAction(out), { ...hiddenFields(out), logout: 'yes' });
    await eventually('a logout token', () => notifiedTokens.length > 0);
    const keys = createRemoteJWKSet(new URL(String(config.serverMetadata().jwks_uri)));
    const { payload } = await jwtVerify(notifiedTokens[0] as string, keys, {
      issuer: `${server.url}/oidc`,
      audience: id,
    });
    assert.deepEqual(
      [payload.sub, Object.keys(payload.events as object)],
      [user.id, ['http://schemas.openid.net/event/backchannel-logout']],
    );
    await assert.rejects(oidc.fetchUserInfo(config, tokens.access_token, user.id));
  });

  test('keys rotate: the next is published before it signs, and a compromised one is removed at once', async (t, db) => {
    const server = await startIdentityServer(db);
    t.after(() => server.close());
    const keysAt = async () => {
      const { keys } = (await (await fetch(`${server.url}/oidc/jwks`)).json()) as { keys: { kid: string }[] };
      return keys.map(({ kid }) => kid);
    };
    const { id, secret } = await newClient(db, {
      alzette_api: ['alzette:read'],
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    });
    const config = await oidc.discovery(new URL(`${server.url}/oidc`), id, secret, undefined, LOCAL);
    const signedBy = async () =>
      decodeProtectedHeader((await oidc.clientCredentialsGrant(config, { scope: 'alzette:read' })).access_token).kid;
    const secrets = await openSecrets(db, SECRET_KEY);
    const first = await signedBy();
    const next = await rotateSigningKeys(db, secrets);
    await eventually('the next key', async () => (await keysAt()).includes(next));
    assert.equal(await signedBy(), first);
    const last = await rotateSigningKeys(db, secrets, true);
    await eventually('a token of the last key', async () => (await signedBy()) === last);
    assert.deepEqual(await keysAt(), [last]);
    const { rows } = await db.query<{ private_jwk: string }>({ text: 'SELECT private_jwk FROM identity.signing_key' });
    for (const { private_jwk } of rows) assert.match(private_jwk, /^eyJ[\w-]+\.\./);
  });
});
