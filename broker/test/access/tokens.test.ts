import assert from 'node:assert/strict';
import { SignJWT, UnsecuredJWT } from 'jose';
import { createBroker } from '../../src/main.ts';
import { eachDatabase } from '../support/index.ts';
import { guarded } from './guarded-broker.ts';
import { AUDIENCE, startIssuer } from './issuer.ts';

const TYPES = '/ngsi-ld/v1/types';

eachDatabase('Tokens and keys', (test) => {
  test('an issuer’s token is accepted, and an anonymous caller is refused', async (t, db) => {
    const { ask, as, admin, policy, tenant } = await guarded(t, db, await startIssuer(t));
    await admin('POST', '/ngsi-ld/v1/entities', { id: 'urn:ngsi-ld:Lamp:1', type: 'Lamp' });
    await policy({ id: 'agents', who: { roles: ['agent'] }, may: ['read'] });

    assert.equal((await ask(await as({ roles: ['agent'] }), 'GET', TYPES)).statusCode, 200);

    const unknown = await ask({}, 'GET', TYPES);
    assert.equal(unknown.statusCode, 401);
    assert.equal(unknown.headers['www-authenticate'], 'Bearer realm="alzette"');
    assert.equal(unknown.json().status, 401);
    assert.match(unknown.json().detail, /token or an API key with the right to read entities/);

    const other = await ask(await as({ roles: ['gardener'] }), 'GET', TYPES);
    assert.equal(other.statusCode, 403);
    assert.match(other.json().detail, /Lacking: the right to read entities of this tenant/);
    assert.equal((await ask(await as({ roles: ['agent'] }), 'GET', TYPES, undefined, `${tenant}x`)).statusCode, 403);
  });

  test('a token with a scope is valid only for that', async (t, db) => {
    const { ask, as, admin, policy } = await guarded(t, db, await startIssuer(t));
    await admin('POST', '/ngsi-ld/v1/entities', { id: 'urn:ngsi-ld:Lamp:1', type: 'Lamp' });
    await policy({ id: 'agents', who: { roles: ['agent'] }, may: ['read', 'write'] });
    const lamp = (id: number) => ({ id: `urn:ngsi-ld:Lamp:${id}`, type: 'Lamp' });

    const reader = await as({ roles: ['agent'], scope: 'openid alzette:read' });
    assert.equal((await ask(reader, 'GET', TYPES)).statusCode, 200);
    assert.equal((await ask(reader, 'POST', '/ngsi-ld/v1/entities', lamp(2))).statusCode, 403);
    const whole = await as({ roles: ['agent'], scope: 'openid' });
    assert.equal((await ask(whole, 'POST', '/ngsi-ld/v1/entities', lamp(2))).statusCode, 201);
  });

  test('forged, foreign, expired and premature tokens are refused with a reason', async (t, db) => {
    const issuer = await startIssuer(t);
    const stranger = await startIssuer(t);
    const { ask } = await guarded(t, db, issuer);
    const good = await issuer.token();
    const [header, payload, signature] = good.split('.') as [string, string, string];
    const admin = Buffer.from(
      JSON.stringify({ ...JSON.parse(Buffer.from(payload, 'base64url').toString()), roles: ['administrator'] }),
    ).toString('base64url');
    const bad: [name: string, token: string][] = [
      ['a stranger’s', await stranger.token()],
      ['a stranger’s in the issuer’s name', await stranger.token({ iss: issuer.url })],
      ['past', await issuer.token({ exp: Math.floor(Date.now() / 1000) - 60 })],
      ['to come', await issuer.token({ nbf: Math.floor(Date.now() / 1000) + 600 })],
      ['for others', await issuer.token({ aud: 'https://elsewhere.example' })],
      ['with another payload', `${header}.${admin}.${signature}`],
      ['without a signature', `${header}.${payload}.`],
      [
        'unsecured',
        new UnsecuredJWT({ roles: ['administrator'] })
          .setIssuer(issuer.url)
          .setAudience(AUDIENCE)
          .setSubject('x')
          .setExpirationTime('5m')
          .encode(),
      ],
      [
        'signed by a secret',
        await new SignJWT({})
          .setProtectedHeader({ alg: 'HS256', kid: 'key-1' })
          .setIssuer(issuer.url)
          .setAudience(AUDIENCE)
          .setSubject('x')
          .setExpirationTime('5m')
          .sign(Buffer.alloc(32, 1)),
      ],
      ['no token', 'x'],
      ['too long', `${header}.${'a'.repeat(9000)}.${signature}`],
    ];
    for (const [name, token] of bad) {
      const answer = await ask({ authorization: `Bearer ${token}` }, 'GET', TYPES);
      assert.equal(answer.statusCode, 401, name);
      assert.match(String(answer.headers['www-authenticate']), /error="invalid_(?:token|request)"/, name);
      assert.match(answer.json().detail, /token|Authorization/, name);
    }
    for (const authorization of ['Basic YTpi', 'Bearer', 'Bearer a b', '', 'Bearer é']) {
      assert.equal((await ask({ authorization }, 'GET', TYPES)).statusCode, 401, authorization);
    }
  });

  test('new keys of an issuer are found, and the last ones stay valid while it is down, also after a start', async (t, db) => {
    const issuer = await startIssuer(t, 'RS256');
    const { ask } = await guarded(t, db, issuer);
    const roles = ['administrator'];
    const status = async (token: string) =>
      (await ask({ authorization: `Bearer ${token}` }, 'GET', '/ops/access/policies')).statusCode;
    assert.equal(await status(await issuer.token({ roles, sub: 'a' })), 200);
    await issuer.rotate();
    const signed = await issuer.token({ roles, sub: 'b' });
    // The issuer's keys are fetched at most every few seconds.
    for (let code = 0; code !== 200; code = await status(signed))
      await new Promise((resolve) => setTimeout(resolve, 200));
    assert.ok(issuer.asked() <= 4);

    const later = await issuer.token({ roles, sub: 'c' });
    await issuer.stop();
    assert.equal(await status(later), 200);
    const again = await createBroker({
      db,
      publicUrl: AUDIENCE,
      access: 'enforced',
      issuers: [issuer.url],
      instance: 'again',
    });
    t.after(() => again.close());
    const answer = await again.app.inject({
      url: '/ops/access/policies',
      headers: { authorization: `Bearer ${later}` },
    });
    assert.equal(answer.statusCode, 200);
  });

  test('a key is shown once, has the given rights, and is valid until it is revoked', async (t, db) => {
    const { ask, admin, key, policy } = await guarded(t, db, await startIssuer(t));
    await admin('POST', '/ngsi-ld/v1/entities', { id: 'urn:ngsi-ld:Lamp:1', type: 'Lamp' });
    await policy({ id: 'meters', who: { clients: ['meters'] }, may: ['read', 'write'] });
    const made = await key({ title: 'Meters', client: 'meters' });
    assert.match(made.key, new RegExp(`^alz_${made.id}_`));

    const kept = await db.query<{ row: string }>({
      text: 'SELECT to_jsonb(k) AS row FROM access_key k WHERE id = $1',
      values: [made.id],
    });
    assert.equal(JSON.stringify(kept.rows).includes(made.key.slice(-43)), false);
    const shown = (await admin('GET', `/ops/access/keys/${made.id}`)).json();
    assert.equal(shown.prefix, `alz_${made.id}`);
    assert.equal(JSON.stringify(shown).includes(made.key), false);

    for (const name of ['api_key', 'apikey', 'access_token', 'X-API-Key']) {
      const { statusCode } = await ask({}, 'GET', `${TYPES}?${name}=${made.key}`);
      assert.equal(statusCode, 401, 'a key in the URL is no key');
    }
    assert.equal((await ask({ 'x-api-key': made.key }, 'GET', TYPES)).statusCode, 200);
    assert.equal((await ask({ authorization: `Bearer ${made.key}` }, 'GET', TYPES)).statusCode, 200);
    const write = await ask({ 'x-api-key': made.key }, 'POST', '/ngsi-ld/v1/entities', {
      id: 'urn:ngsi-ld:Lamp:2',
      type: 'Lamp',
    });
    assert.equal(write.statusCode, 403, 'its scope is read alone');
    assert.equal(
      (
        await ask(
          { 'x-api-key': made.key.slice(0, 20) + (made.key[20] === 'A' ? 'B' : 'A') + made.key.slice(21) },
          'GET',
          TYPES,
        )
      ).statusCode,
      401,
    );
    assert.equal(
      (await ask({ 'x-api-key': made.key, authorization: `Bearer ${made.key}` }, 'GET', TYPES)).statusCode,
      401,
    );

    assert.equal((await admin('DELETE', `/ops/access/keys/${made.id}`)).statusCode, 204);
    const revoked = await ask({ 'x-api-key': made.key }, 'GET', TYPES);
    assert.equal(revoked.statusCode, 401);
    assert.match(revoked.json().detail, /revoked/);
    assert.equal((await admin('DELETE', `/ops/access/keys/${made.id}`)).statusCode, 404);
  });

  test('a key is valid for its addresses and until it expires, and its last use is recorded', async (t, db) => {
    const { close, ask, admin, key, policy } = await guarded(t, db, await startIssuer(t));
    await admin('POST', '/ngsi-ld/v1/entities', { id: 'urn:ngsi-ld:Lamp:1', type: 'Lamp' });
    await policy({ id: 'all', who: { signedIn: true }, may: ['read'] });
    const near = await key({ title: 'Near', addresses: ['127.0.0.0/8', '::1'] });
    const far = await key({ title: 'Far', addresses: ['192.0.2.0/24'] });
    assert.equal((await ask({ 'x-api-key': near.key }, 'GET', TYPES)).statusCode, 200);
    assert.match((await ask({ 'x-api-key': far.key }, 'GET', TYPES)).json().detail, /is not valid from 127\.0\.0\.1/);
    const past = await key({ title: 'Past', expiresAt: '2020-01-01T00:00:00Z' });
    assert.match((await ask({ 'x-api-key': past.key }, 'GET', TYPES)).json().detail, /expired/);

    await close();
    const { rows } = await db.query<{ last_used_at: Date | null }>({
      text: 'SELECT last_used_at FROM access_key WHERE id = ANY($1) ORDER BY last_used_at',
      values: [[near.id, far.id]],
    });
    assert.ok(rows[0]?.last_used_at instanceof Date);
    assert.equal(rows[1]?.last_used_at, null);
  });

  test('an invalid key is refused with the name of the member', async (t, db) => {
    const { admin } = await guarded(t, db, await startIssuer(t));
    for (const [body, member] of [
      [{}, 'title'],
      [{ title: 'x', scopes: ['fly'] }, 'scopes'],
      [{ title: 'x', addresses: ['10.0.0.0/33'] }, 'addresses'],
      [{ title: 'x', expiresAt: 'tomorrow' }, 'expiresAt'],
      [{ title: 'x', limits: [{ requests: 0, per: 'minute' }] }, 'limits'],
      [{ title: 'x', password: 'y' }, 'password'],
    ] as const) {
      const answer = await admin('POST', '/ops/access/keys', body);
      assert.equal(answer.statusCode, 400);
      assert.match(answer.json().detail, new RegExp(member));
    }
  });

  test('after a sign-out, earlier tokens are invalid', async (t, db) => {
    const issuer = await startIssuer(t);
    const { ask, admin } = await guarded(t, db, issuer);
    const sub = `bob-${Date.now()}`;
    const iat = Math.floor(Date.now() / 1000) - 2;
    const before = { authorization: `Bearer ${await issuer.token({ sub, iat, roles: ['administrator'] })}` };
    assert.equal((await ask(before, 'GET', '/ops/access/keys')).statusCode, 200);
    assert.equal((await admin('POST', '/ops/access/revocations', { subject: sub })).statusCode, 204);
    assert.equal((await ask(before, 'GET', '/ops/access/keys')).statusCode, 401);
    const afterwards = await issuer.token({ sub, iat: iat + 4, roles: ['administrator'] });
    assert.equal((await ask({ authorization: `Bearer ${afterwards}` }, 'GET', '/ops/access/keys')).statusCode, 200);
  });

  test('with open access, everything is as without access control', async (t, db) => {
    const broker = await createBroker({ db, publicUrl: AUDIENCE });
    t.after(() => broker.close());
    for (const authorization of ['Basic YTpi', 'Bearer x']) {
      assert.equal((await broker.app.inject({ url: TYPES, headers: { authorization } })).statusCode, 200);
    }
    assert.deepEqual((await broker.app.inject('/ops/access/me')).json(), {
      access: 'open',
      may: { read: true, write: true, propose: true, administer: true, administerAll: true },
    });
  });
});
