import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { eventually } from '@alzette/kit/testing';
import { SignJWT } from 'jose';
import { eachDatabase } from '../../../broker/test/support/index.ts';
import { newAccount, PASSWORD } from './support/accounts.ts';
import { startExternalIssuer } from './support/external-issuer.ts';
import { type IdentityServer, startIdentityServer } from './support/identity.ts';
import { authorizationPath, trySignIn } from './support/sign-in.ts';
import { formAction, hiddenFields, newVisitor, type Visit, type Visitor } from './support/visitor.ts';

const NAME = 'elsewhere';

eachDatabase('External providers', (test) => {
  test('sign in users with an account at the provider, in the groups of their claims', async (t, db) => {
    const revoked: string[] = [];
    const server = await startIdentityServer(db, { onRevoke: async (subject) => void revoked.push(subject) });
    t.after(() => server.close());
    const issuer = await startExternalIssuer(t, { url: server.url, name: NAME });
    const group = `g-${randomUUID().slice(0, 8)}`;
    await call(server, 'PUT', `/groups/${group}`, { name: 'Crew', roles: ['operator'] });
    const settings = { groups: { '/agents': group }, acrValues: ['eidas2'], requiredAcr: ['eidas2'] };
    assert.equal((await offer(server, issuer, settings)).status, 204);
    const providers = await call(server, 'GET', '/providers');
    assert.equal(providers.text.includes(issuer.client.clientSecret), false);

    const sub = randomUUID();
    const person = { sub, preferred_username: `eve-${sub.slice(0, 8)}`, given_name: 'Ève', groups: ['/agents'] };
    issuer.person({ ...person, acr: 'eidas1' });
    const weak = await signInBy(server, newVisitor(), sub);
    assert.equal(weak.status, 400);
    assert.match(weak.text, /role="alert"/);
    issuer.person({ ...person, acr: 'eidas2' });
    isSignedIn(server, await signInBy(server, newVisitor(), sub));
    const { users } = (await call(server, 'GET', `/users?search=${person.preferred_username}`)).body;
    assert.deepEqual(
      [users.length, users[0].source, users[0].effectiveRoles, users[0].givenName],
      [1, `provider:${NAME}`, ['operator'], 'Ève'],
    );

    // A group removed at the provider is removed here with the next sign-in, and earlier tokens are revoked.
    issuer.person({ ...person, acr: 'eidas2', groups: [] });
    isSignedIn(server, await signInBy(server, newVisitor(), sub));
    assert.deepEqual((await call(server, 'GET', `/users/${users[0].id}`)).body.effectiveRoles, []);
    assert.deepEqual(revoked, [users[0].id, users[0].id]);
    await offer(server, issuer, { createsAccounts: false });
    assert.equal((await signInBy(server, newVisitor(), randomUUID())).status, 403);
    isSignedIn(server, await signInBy(server, newVisitor(), sub));
    assert.equal((await offer(server, { ...issuer, url: 'http://example.org' }, {})).status, 400);
    await call(server, 'DELETE', `/providers/${NAME}`);
  });

  test('an answer is valid once, in the browser and for the sign-in that requested it', async (t, db) => {
    const server = await startIdentityServer(db);
    t.after(() => server.close());
    const issuer = await startExternalIssuer(t, { url: server.url, name: NAME });
    await offer(server, issuer, {});
    const [visitor, other] = [newVisitor(), newVisitor()];
    const back = `${server.url}/oidc/with/${NAME}?`;
    const atIssuer = await goElsewhere(server, visitor);
    const answer = await visitor.submit(formAction(atIssuer, ''), { who: randomUUID() }, back);
    assert.ok(answer.url.startsWith(back), answer.url);
    assert.equal((await other.goTo(answer.url)).status, 400, 'another browser');
    const altered = new URL(answer.url);
    altered.searchParams.set('state', `${altered.searchParams.get('state')}x`);
    assert.equal((await visitor.goTo(altered.href)).status, 400, 'another state');
    assert.equal((await visitor.goTo(answer.url)).status, 400, 'what was expected has been used up');
    await call(server, 'DELETE', `/providers/${NAME}`);
  });

  test('an account is linked at its page, to one identity each, and by a verified address if that is configured', async (t, db) => {
    const server = await startIdentityServer(db);
    t.after(() => server.close());
    const issuer = await startExternalIssuer(t, { url: server.url, name: NAME });
    await offer(server, issuer, {});
    const sub = randomUUID();
    const local = await newAccount(db);
    const visitor = newVisitor();
    const link = async (user: Visitor, username: string) => {
      await trySignIn(server.url, user, username, PASSWORD);
      const page = await user.goTo(`${server.url}/oidc/account`);
      const { token = '' } = hiddenFields(page);
      const there = await user.submit(`${server.url}/oidc/account/link/${NAME}`, { token });
      return there.text.includes('Elsewhere') ? user.submit(formAction(there), { who: sub }) : there;
    };
    const linked = await link(visitor, local.username);
    assert.equal(linked.status, 200, linked.text);
    assert.match(linked.text, /lié à Elsewhere/);
    isSignedIn(server, await signInBy(server, newVisitor(), sub));
    const { events } = (await call(server, 'GET', `/users/${local.id}/export`)).body;
    assert.ok(events.some(({ detail }: { detail: { amr?: string[] } }) => detail.amr?.includes('fed')));
    assert.equal((await link(newVisitor(), (await newAccount(db)).username)).status, 409);
    const wrong = await visitor.submit(`${server.url}/oidc/account/link/${NAME}`, { token: 'x' });
    assert.equal(wrong.status, 403, 'a form of another page');

    const email = `${randomUUID()}@example.org`;
    const known = await newAccount(db, { email, emailVerified: true });
    const another = randomUUID();
    issuer.person({ sub: another, email, email_verified: true });
    assert.equal((await signInBy(server, newVisitor(), another)).status, 403);
    await offer(server, issuer, { linksByEmail: true });
    issuer.person({ sub: another, email, email_verified: false });
    assert.equal((await signInBy(server, newVisitor(), another)).status, 403);
    issuer.person({ sub: another, email, email_verified: true });
    isSignedIn(server, await signInBy(server, newVisitor(), another));
    assert.equal((await call(server, 'GET', `/users/${known.id}/export`)).body.externalAccounts.length, 1);
    await call(server, 'DELETE', `/providers/${NAME}`);
  });

  test('FranceConnect is asked for eidas1 and the configured claims alone, and nothing else is stored', async (t, db) => {
    const server = await startIdentityServer(db);
    t.after(() => server.close());
    const issuer = await startExternalIssuer(t, { url: server.url, name: NAME });
    const settings = { scopes: ['openid', 'given_name'], acrValues: ['eidas1'], requiredAcr: ['eidas1'] };
    assert.equal((await offer(server, issuer, settings)).status, 204);
    const [sub, given, family] = [randomUUID(), `Ève-${randomUUID()}`, `Martin-${randomUUID()}`];
    const email = `${randomUUID()}@example.org`;
    issuer.person({ sub, given_name: given, family_name: family, email, email_verified: true, acr: 'eidas1' });
    isSignedIn(server, await signInBy(server, newVisitor(), sub));
    const { scope, acr_values } = issuer.asked();
    assert.deepEqual([scope, acr_values], ['openid given_name', 'eidas1']);
    const { users } = (await call(server, 'GET', `/users?search=${encodeURIComponent(sub)}`)).body;
    const kept = (await call(server, 'GET', `/users/${users[0]?.id}/export`)).text;
    assert.ok(kept.includes(given), kept);
    assert.ok(!kept.includes(family) && !kept.includes(email), kept);
    await call(server, 'DELETE', `/providers/${NAME}`);
  });

  test('what a provider vouches for is told of accounts that it created, and an address only if it was checked', async (t, db) => {
    const server = await startIdentityServer(db);
    t.after(() => server.close());
    const issuer = await startExternalIssuer(t, { url: server.url, name: NAME });
    const scopes = ['openid', 'given_name', 'family_name', 'birthdate', 'email'];
    await offer(server, issuer, { scopes });
    const [sub, email] = [randomUUID(), `${randomUUID()}@example.org`];
    const names = { given_name: 'Angela Claire', family_name: 'DUBOIS' };
    issuer.person({ sub, ...names, birthdate: '1962-08-24', email, email_verified: false });
    isSignedIn(server, await signInBy(server, newVisitor(), sub));
    const [{ id }] = (await call(server, 'GET', `/users?search=${encodeURIComponent(email)}`)).body.users;
    const { at, ...vouched } = (await server.identity.vouchedFor(id)) ?? { at: '' };
    assert.ok(Math.abs(Date.parse(at) - Date.now()) < 60_000, at);
    const claims = { givenName: 'Angela Claire', familyName: 'DUBOIS', birthDate: '1962-08-24' };
    assert.deepEqual(vouched, { by: 'Elsewhere', claims });
    assert.ok((await call(server, 'GET', `/users/${id}/export`)).text.includes('1962-08-24'));
    // The next sign-in replaces it; a year alone is no day.
    issuer.person({ sub, ...names, birthdate: '1962', email, email_verified: true });
    isSignedIn(server, await signInBy(server, newVisitor(), sub));
    const { birthDate: _day, ...others } = claims;
    assert.deepEqual((await server.identity.vouchedFor(id))?.claims, { ...others, email });
    assert.equal(await server.identity.vouchedFor((await newAccount(db)).id), undefined);
    await call(server, 'DELETE', `/providers/${NAME}`);
    assert.equal(await server.identity.vouchedFor(id), undefined, 'there is no such provider any more');
  });

  test('ProConnect signs what it tells about an agent, calls the family name usual_name, and tells the establishment', async (t, db) => {
    const server = await startIdentityServer(db);
    t.after(() => server.close());
    const issuer = await startExternalIssuer(
      t,
      { url: server.url, name: NAME },
      { userinfo_signed_response_alg: 'RS256' },
    );
    const siret = '21570463600012';
    const group = `g-${randomUUID().slice(0, 8)}`;
    await call(server, 'PUT', `/groups/${group}`, { name: 'Town hall', roles: ['operator'] });
    const settings = {
      scopes: ['openid', 'given_name', 'usual_name', 'email', 'siret'],
      acrValues: ['eidas1'],
      requiredAcr: ['eidas1'],
      claims: { username: 'email', groups: 'siret' },
      groups: { [siret]: group },
      userInfoAlgorithm: 'RS256',
    };
    assert.equal((await offer(server, issuer, settings)).status, 204);
    const [sub, email] = [randomUUID(), `${randomUUID()}@mairie.example`];
    const agent = { sub, given_name: 'Ève', usual_name: 'Martin', email, email_verified: true, siret, acr: 'eidas1' };
    issuer.person(agent);
    isSignedIn(server, await signInBy(server, newVisitor(), sub));
    const { users } = (await call(server, 'GET', `/users?search=${encodeURIComponent(email)}`)).body;
    assert.deepEqual(
      users.map((user: { [name: string]: unknown }) => [user.username, user.familyName, user.effectiveRoles]),
      [[email, 'Martin', ['operator']]],
    );
    // At another establishment there is no such group; and ProConnect wants its ID token and a state for a sign-out.
    issuer.person({ ...agent, siret: '11000201100044' });
    const visitor = newVisitor();
    isSignedIn(server, await signInBy(server, visitor, sub));
    assert.deepEqual((await call(server, 'GET', `/users/${users[0].id}`)).body.effectiveRoles, []);
    const page = await visitor.goTo(
      `${server.url}/oidc/session/end?client_id=portal&post_logout_redirect_uri=${server.url}/`,
    );
    const there = await visitor.submit(formAction(page), { ...hiddenFields(page), logout: 'yes' });
    const asked = new URL(there.url).searchParams;
    assert.equal(asked.get('post_logout_redirect_uri'), `${server.url}/oidc/with/${NAME}/out`);
    assert.ok(asked.get('state') && asked.get('id_token_hint'), there.url);
    await call(server, 'DELETE', `/providers/${NAME}`);
  });

  test('a sign-out here is a sign-out at the provider, and the reverse', async (t, db) => {
    const revoked: string[] = [];
    const server = await startIdentityServer(db, { onRevoke: async (subject) => void revoked.push(subject) });
    t.after(() => server.close());
    const issuer = await startExternalIssuer(t, { url: server.url, name: NAME });
    await offer(server, issuer, {});
    const sub = randomUUID();
    const visitor = newVisitor();
    await signInBy(server, visitor, sub);
    const page = await visitor.goTo(
      `${server.url}/oidc/session/end?client_id=portal&post_logout_redirect_uri=${server.url}/`,
    );
    const there = await visitor.submit(formAction(page), { ...hiddenFields(page), logout: 'yes' });
    assert.ok(there.url.startsWith(`${issuer.url}/session/end`), there.url);
    const left = await visitor.submit(formAction(there), { ...hiddenFields(there), logout: 'yes' }, `${server.url}/?`);
    assert.ok([`${server.url}/`, left.url].includes(left.url.split('?')[0] as string), left.url);
    assert.match((await goElsewhere(server, visitor)).text, /Elsewhere/, 'it asks who again');

    const other = newVisitor();
    await signInBy(server, other, sub);
    revoked.length = 0;
    const end = await other.goTo(`${issuer.url}/session/end`);
    await other.submit(formAction(end), { ...hiddenFields(end), logout: 'yes' });
    await eventually('a revocation', () => revoked.length > 0);
    const forged = await new SignJWT({ sub, events: { 'http://schemas.openid.net/event/backchannel-logout': {} } })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(issuer.url)
      .setAudience('alzette')
      .setIssuedAt()
      .setJti('1')
      .sign(Buffer.from(issuer.client.clientSecret));
    const refused = await other.submit(`${server.url}/oidc/with/${NAME}/backchannel`, { logout_token: forged });
    assert.equal(refused.status, 400);
    await call(server, 'DELETE', `/providers/${NAME}`);
  });
});

async function call(server: IdentityServer, method: string, path: string, body?: unknown) {
  const response = await fetch(`${server.url}/ops/identity${path}`, {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text, body: text === '' ? undefined : JSON.parse(text) };
}

type Offered = { readonly url: string; readonly client: { readonly clientId: string; readonly clientSecret: string } };

function offer(server: IdentityServer, { url, client }: Offered, settings: object) {
  return call(server, 'PUT', `/providers/${NAME}`, { title: 'Elsewhere', issuer: url, ...client, settings });
}

/** From the sign-in page to that of the provider. */
async function goElsewhere(server: IdentityServer, visitor: Visitor): Promise<Visit> {
  const page = await visitor.goTo(authorizationPath(server.url).href);
  const href = new RegExp(`href="(/oidc/interaction/[^"]+/with/${NAME})"`).exec(page.text)?.[1];
  assert.ok(href, page.text);
  return visitor.goTo(server.url + href);
}

function isSignedIn({ url }: IdentityServer, visit: Visit): void {
  assert.ok(visit.url.startsWith(`${url}/sign-in?code=`), `${visit.url} ${visit.text}`);
}

async function signInBy(server: IdentityServer, visitor: Visitor, who: string): Promise<Visit> {
  const there = await goElsewhere(server, visitor);
  return visitor.submit(formAction(there), { who }, `${server.url}/sign-in`);
}
