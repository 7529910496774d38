import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { eventually } from '@alzette/kit/testing';
import { decodeJwt } from 'jose';
import * as oidc from 'openid-client';
import { SMTPServer } from 'smtp-server';
import { eachDatabase } from '../../../broker/test/support/index.ts';
import { breakGlass } from '../src/identity.ts';
import { newAccount, PASSWORD } from './support/accounts.ts';
import { type IdentityServer, startIdentityServer } from './support/identity.ts';
import { authorizationPath, secondFactorCode, trySignIn } from './support/sign-in.ts';
import { formAction, hiddenFields, newVisitor } from './support/visitor.ts';

const fresh = (prefix: string) => `${prefix}-${randomUUID().slice(0, 8)}`;

async function call(server: IdentityServer, method: string, path: string, body?: unknown, type = 'application/json') {
  const response = await fetch(`${server.url}/ops/identity${path}`, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': type },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

eachDatabase('Administration of identity', (test) => {
  test('users, groups, roles and organisations; a change of authority revokes tokens', async (t, db) => {
    const revoked: string[] = [];
    const server = await startIdentityServer(db, {
      organisations: [{ id: 'ccphva', name: 'Pays Haut Val d’Alzette', kind: 'intercommunality' }],
      onRevoke: async (subject) => void revoked.push(subject),
    });
    t.after(() => server.close());
    const [role, group, commune] = [fresh('role'), fresh('group'), fresh('commune')];
    assert.equal((await call(server, 'PUT', `/roles/${role}`, { description: 'For a test' })).status, 204);
    assert.equal((await call(server, 'PUT', `/groups/${group}`, { name: 'Group', roles: [role] })).status, 204);
    const organisation = { name: 'A commune', kind: 'commune', parent: 'ccphva' };
    assert.equal((await call(server, 'PUT', `/organisations/${commune}`, organisation)).status, 204);
    const username = fresh('Anne');
    const created = await call(server, 'POST', '/users', { username, organisation: commune, roles: ['operator'] });
    assert.equal(created.status, 201);
    assert.equal(created.body.username, username.toLowerCase());
    const { id } = created.body;
    const changed = await call(server, 'PATCH', `/users/${id}`, { groups: [group], givenName: 'Anne' });
    assert.deepEqual(changed.body.effectiveRoles, ['operator', role].sort());
    assert.deepEqual(revoked, [id, id], 'before and after the change');
    await call(server, 'PATCH', `/users/${id}`, { familyName: 'Name' });
    assert.deepEqual(revoked, [id, id]);
    await call(server, 'DELETE', `/groups/${group}`);
    assert.deepEqual(revoked, [id, id, id, id]);
    assert.deepEqual((await call(server, 'GET', `/users/${id}`)).body.effectiveRoles, ['operator']);
    assert.equal((await call(server, 'DELETE', `/organisations/${commune}`)).status, 409);
    assert.equal((await call(server, 'POST', `/users/${id}/view`)).status, 409, 'with open access all see the same');
    const found = await call(server, 'GET', `/users?search=${username.slice(0, 12)}`);
    assert.deepEqual(
      found.body.users.map((user: { id: string }) => user.id),
      [id],
    );
    assert.doesNotMatch(JSON.stringify(found.body), /scrypt|totp_secret/);
    for (const [body, named] of [
      [{}, 'username'],
      [{ username: 'with space' }, 'username'],
      [{ username: fresh('x'), roles: ['nonesuch'] }, 'roles'],
      [{ username: fresh('x'), organisation: 'nonesuch' }, 'organisation'],
      [{ username: fresh('x'), email: 'no address' }, 'email'],
      [{ username: fresh('x'), colour: 'red' }, 'colour'],
      [{ username: fresh('x'), language: 'it' }, 'language'],
    ] as const) {
      const refusal = await call(server, 'POST', '/users', body);
      assert.equal(refusal.status, 400);
      assert.match(refusal.body.detail, new RegExp(`^${named}: got .*expected`));
    }
    assert.equal((await call(server, 'POST', '/users', '{')).status, 400);
    // The database does not accept this character.
    assert.equal((await call(server, 'POST', '/users', { username: fresh('x'), givenName: 'a\u0000' })).status, 400);
    const form = (path: string, fields: Record<string, string>) => newVisitor().submit(server.url + path, fields);
    assert.equal((await form('/oidc/reset', { name: 'a\u0000b' })).status, 400);
    const secret = { grant_type: 'client_credentials', client_id: 'a\u0000b', client_secret: 'x' };
    assert.equal((await form('/oidc/token', secret)).status, 401);
    assert.equal((await call(server, 'POST', '/users', { username })).status, 409);
    assert.equal((await call(server, 'DELETE', `/users/${id}`)).status, 204);
    assert.equal((await call(server, 'GET', `/users/${id}`)).status, 404);
  });

  test('CSV import imports the valid lines and reports the errors of the others', async (t, db) => {
    const revoked: string[] = [];
    const server = await startIdentityServer(db, { onRevoke: async (subject) => void revoked.push(subject) });
    t.after(() => server.close());
    const [a, b] = [fresh('imp'), fresh('imp')];
    const csv = [
      'username;email;givenName;familyName;roles',
      `${a};${a}@example.org;Ève;"Müller; née Weber";operator analyst`,
      `${b};not an address;Bob;;`,
      `${a};;;;`,
      ';;;;',
      `${b};${b}@example.org;Bob;;nonesuch`,
      `${fresh('imp')};;;;citizen`,
    ].join('\r\n');
    const dry = await call(server, 'POST', '/users/import?dryRun=true', csv, 'text/csv');
    assert.equal(dry.status, 200);
    assert.equal((await call(server, 'GET', `/users?search=${a}`)).body.users.length, 0);
    const { body } = await call(server, 'POST', '/users/import', csv, 'text/csv');
    assert.deepEqual([body.created, body.updated], [2, 0]);
    assert.deepEqual(
      body.refused.map(({ line, reason }: { line: number; reason: string }) => [line, reason.split(':')[0]]),
      [
        [3, 'email'],
        [4, 'username'],
        [5, 'username'],
        [6, 'username'],
      ],
    );
    const { users } = (await call(server, 'GET', `/users?search=${a}`)).body;
    assert.deepEqual([users[0].familyName, users[0].roles], ['Müller; née Weber', ['operator', 'analyst']]);
    const again = await call(server, 'POST', '/users/import', csv, 'text/csv');
    assert.deepEqual([again.body.created, again.body.updated], [0, 2]);
    assert.deepEqual(revoked, [], 'nobody has lost anything');
    await call(server, 'POST', '/users/import', `username,roles\n${a},operator`, 'text/csv');
    assert.deepEqual(revoked, [users[0].id, users[0].id], 'tokens that speak of the role taken away');
    for (const odd of ['', 'username', 'username\na\u0000b', '"']) {
      assert.equal((await call(server, 'POST', '/users/import', odd, 'text/csv')).status, 400, JSON.stringify(odd));
    }
    const wrong = await call(server, 'POST', '/users/import', 'name,colour\nx,y', 'text/csv');
    assert.match(wrong.body.detail, /^head line: got "name"/);
  });

  test('a machine created by the routes gets a token, and none after its secret is changed', async (t, db) => {
    const server = await startIdentityServer(db);
    t.after(() => server.close());
    const id = fresh('meter');
    const made = await call(server, 'PUT', `/clients/${id}`, { name: 'Meter', kind: 'machine', roles: ['operator'] });
    assert.equal(made.status, 201);
    const options = { execute: [oidc.allowInsecureRequests] };
    const config = await oidc.discovery(new URL(`${server.url}/oidc`), id, made.body.secret, undefined, options);
    const token = await oidc.clientCredentialsGrant(config, {});
    assert.deepEqual(decodeJwt(token.access_token).roles, ['operator']);
    const { body } = await call(server, 'GET', '/clients');
    assert.doesNotMatch(JSON.stringify(body), new RegExp(made.body.secret));
    assert.equal((await call(server, 'POST', `/clients/${id}/secret`)).status, 201);
    await assert.rejects(oidc.clientCredentialsGrant(config, {}), { error: 'invalid_client' });
    // The organisation does not exist.
    const foreign = { name: 'x', kind: 'machine', organisation: 'nowhere' };
    const refusal = await call(server, 'PUT', '/clients/foreign', foreign);
    assert.equal(refusal.status, 400);
    assert.match(refusal.body.detail, /organisation: got "nowhere"/);
    assert.equal((await call(server, 'PUT', '/clients/portal', { name: 'x', kind: 'machine' })).status, 400);
  });

  test('five wrong passwords block further attempts, including the right one', async (t, db) => {
    const server = await startIdentityServer(db);
    t.after(() => server.close());
    const { id, username } = await newAccount(db);
    for (let i = 0; i < 5; i += 1) {
      assert.equal((await trySignIn(server.url, newVisitor(), username, 'wrong')).status, 401);
    }
    const blocked = await trySignIn(server.url, newVisitor(), username, PASSWORD);
    assert.equal(blocked.status, 429);
    assert.ok(Number(blocked.headers.get('retry-after')) > 0);
    await db.query({
      text: `UPDATE identity.throttle SET blocked_until = now() WHERE starts_with(key, $1)`,
      values: [`password:${id}`],
    });
    assert.ok((await trySignIn(server.url, newVisitor(), username, PASSWORD)).url.includes('code='));
  });

  test('concurrent wrong passwords are limited like consecutive ones', async (t, db) => {
    const server = await startIdentityServer(db);
    t.after(() => server.close());
    const { username } = await newAccount(db);
    const tries = Array.from({ length: 20 }, () => trySignIn(server.url, newVisitor(), username, 'wrong'));
    const statuses = (await Promise.all(tries)).map(({ status }) => status);
    assert.deepEqual(
      [statuses.filter((status) => status === 401).length, statuses.filter((status) => status === 429).length],
      [5, 15],
    );
  });

  test('an administrator removes the second factors of a user who lost them', async (t, db) => {
    const server = await startIdentityServer(db);
    t.after(() => server.close());
    const { id, username } = await newAccount(db);
    await db.query({
      text: `INSERT INTO identity.passkey (id, account, name, public_key, counter) VALUES ($1, $2, 'Lost', '\\x00', 0)`,
      values: [fresh('passkey'), id],
    });
    assert.match((await trySignIn(server.url, newVisitor(), username, PASSWORD)).text, /Seconde étape/);
    assert.equal((await call(server, 'DELETE', `/users/${id}/passkeys`)).status, 204);
    assert.match((await trySignIn(server.url, newVisitor(), username, PASSWORD)).url, /code=/);
    assert.equal((await call(server, 'DELETE', '/users/nobody/passkeys')).status, 404);
  });

  test('an invitation, a reset and a verification come by e-mail, and each link works once', async (t, db) => {
    const letters: string[] = [];
    const smtp = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      onData(stream, _session, done) {
        let text = '';
        stream.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        stream.on('end', () => {
          letters.push(text.replaceAll('=\r\n', '').replaceAll('=3D', '='));
          done();
        });
      },
    });
    await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
    t.after(() => new Promise<void>((resolve) => smtp.close(() => resolve())));
    const { port } = smtp.server.address() as { port: number };
    const server = await startIdentityServer(db, {
      mail: { smtpUrl: `smtp://127.0.0.1:${port}?ignoreTLS=true`, from: 'Alzette <noreply@example.org>' },
    });
    t.after(() => server.close());
    /** Mails other than those with links. */
    const notices = () => letters.filter((letter) => /Si ce n|If that was not/.test(letter));
    const linkOf = (letter: string | undefined) =>
      /http:\S+\/oidc\/(?:reset|verify)\/\S+/.exec(letter ?? '')?.[0] ?? '';

    const username = fresh('mail');
    const email = `${username}@example.org`;
    const invited = await call(server, 'POST', '/users', { username, email, language: 'en', invite: true });
    assert.equal(invited.status, 201);
    assert.match(letters[0] ?? '', new RegExp(`^To: ${email}`, 'm'));
    const visitor = newVisitor({ 'accept-language': 'en' });
    const link = linkOf(letters[0]);
    for (const [password, status] of [
      ['short', 400],
      [`${username}-A1!`, 400],
      [PASSWORD, 200],
      [PASSWORD, 410],
    ] as const) {
      assert.equal((await visitor.submit(link, { password })).status, status, password);
    }
    assert.equal((await call(server, 'GET', `/users/${invited.body.id}`)).body.emailVerified, true);
    assert.ok((await trySignIn(server.url, newVisitor(), email, PASSWORD)).url.includes('code='));

    const asked = await visitor.submit(`${server.url}/oidc/reset`, { name: username });
    const unknown = await visitor.submit(`${server.url}/oidc/reset`, { name: fresh('nobody') });
    assert.equal(asked.text, unknown.text);
    const links = () => letters.filter((letter) => linkOf(letter) !== '');
    await eventually('two links and a notice', () => links().length >= 2 && notices().length >= 1);
    assert.equal((await visitor.goTo(linkOf(links()[1]))).status, 200);
    const together = [1, 2].map(() => newVisitor().submit(linkOf(links()[1]), { password: PASSWORD }));
    assert.deepEqual((await Promise.all(together)).map(({ status }) => status).sort(), [200, 410]);
    assert.match(notices()[0] ?? '', new RegExp(`^To: ${email}[^]*${username}[^]*Password changed`, 'm'));
    assert.equal((await visitor.goTo(`${server.url}/oidc/reset/nonsense`)).status, 410);
    assert.equal(links().length, 2);

    // A new address belongs to the account only after its own link is opened. The link of an earlier address has no
    // effect.
    const { id } = invited.body;
    const addresses = [`new-${email}`, `newer-${email}`];
    const own = newVisitor({ 'accept-language': 'en' });
    await trySignIn(server.url, own, username, PASSWORD);
    const verified = async () => (await call(server, 'GET', `/users/${id}`)).body.emailVerified;
    for (const address of addresses) {
      await call(server, 'PATCH', `/users/${id}`, { email: address });
      assert.equal(await verified(), false, address);
      const account = await own.goTo(`${server.url}/oidc/account`);
      assert.match(account.text, new RegExp(`${address} \\(not`));
      const sent = await own.submit(formAction(account, '/verify'), hiddenFields(account));
      assert.equal(sent.status, 200, sent.text);
      assert.match(links().at(-1) ?? '', new RegExp(`^To: ${address}`, 'm'));
    }
    const [left, current] = links().slice(-2).map(linkOf);
    await eventually('four notices', () => notices().length >= 4);
    // Of the password, and of each address.
    const toldOfAnother = notices()
      .slice(1)
      .map((letter) => /^To: (\S+)/m.exec(letter)?.[1]);
    assert.deepEqual(toldOfAnother.sort(), [email, email, addresses[0] as string].sort());
    assert.equal((await newVisitor().goTo(left ?? '')).status, 410);
    assert.equal(await verified(), false);
    assert.equal((await newVisitor().goTo(current ?? '')).status, 200);
    assert.equal(await verified(), true);
    assert.equal((await newVisitor().goTo(current ?? '')).status, 410);
    const { text } = await own.goTo(`${server.url}/oidc/account`);
    assert.ok(text.includes(addresses[1] as string) && !text.includes('/oidc/account/verify'), text);
  });

  test('the first administrator enrols a second factor and chooses a password; a code works once', async (t, db) => {
    const server = await startIdentityServer(db);
    t.after(() => server.close());
    const { username } = await newAccount(db, { roles: ['administrator'] });
    await db.query({
      text: 'UPDATE identity.account SET must_change_password = true WHERE username = $1',
      values: [username],
    });
    const visitor = newVisitor();
    let page = await trySignIn(server.url, visitor, username, PASSWORD);
    assert.match(page.text, /<svg/);
    const secret = /class="code">([A-Z2-7]+)</.exec(page.text)?.[1] ?? '';
    page = await visitor.submit(formAction(page, '/enrol'), { code: '000000' });
    assert.equal(page.status, 401);
    assert.match(page.text, new RegExp(secret));
    const code = secondFactorCode(secret);
    page = await visitor.submit(formAction(page, '/enrol'), { code });
    assert.match(page.text, /Choisissez votre mot de passe/);
    page = await visitor.submit(
      formAction(page, '/new-password'),
      { password: 'rivière-Minerai-77' },
      `${server.url}/sign-in`,
    );
    assert.match(page.url, /code=/);
    const other = newVisitor();
    page = await trySignIn(server.url, other, username, 'rivière-Minerai-77');
    page = await other.submit(formAction(page, '/code'), { code });
    assert.equal(page.status, 401);
    const next = secondFactorCode(secret, 30_000);
    page = await other.submit(formAction(page, '/code'), { code: next }, `${server.url}/sign-in`);
    assert.match(page.url, /code=/);
  });

  test('break glass: an administrator for some hours, without a second factor', async (t, db) => {
    const server = await startIdentityServer(db);
    t.after(() => server.close());
    const { username, password } = await breakGlass(db, 1);
    assert.match((await trySignIn(server.url, newVisitor(), username, password)).url, /code=/);
    // Earlier failures do not keep the account blocked.
    for (let i = 0; i < 5; i += 1) await trySignIn(server.url, newVisitor(), username, 'wrong');
    assert.equal((await trySignIn(server.url, newVisitor(), username, password)).status, 429);
    const opened = await breakGlass(db, 1);
    assert.match((await trySignIn(server.url, newVisitor(), username, opened.password)).url, /code=/);
    const renewed = await breakGlass(db, -1);
    assert.equal((await trySignIn(server.url, newVisitor(), username, renewed.password)).status, 401);
    const { events } = (await call(server, 'GET', '/events?limit=50')).body;
    assert.ok(events.some(({ kind }: { kind: string }) => kind === 'break-glass'));
  });

  test("a user exports and erases their own account at its page; another site’s form can't", async (t, db) => {
    const revoked: string[] = [];
    const server = await startIdentityServer(db, { onRevoke: async (subject) => void revoked.push(subject) });
    t.after(() => server.close());
    const page = `${server.url}/oidc/account`;
    const { id, username } = await newAccount(db, { email: `${fresh('e')}@example.org` });
    const stranger = await newVisitor().goTo(`${page}/export`);
    assert.match(stranger.text, /name="password"/);
    assert.equal(stranger.text.includes(username), false);

    const visitor = newVisitor();
    await trySignIn(server.url, visitor, username, PASSWORD);
    const exported = await visitor.goTo(`${page}/export`);
    assert.match(exported.headers.get('content-disposition') ?? '', /^attachment; filename="\S+\.json"$/);
    assert.equal(exported.headers.get('cache-control'), 'no-store');
    const data = JSON.parse(exported.text);
    assert.deepEqual([data.account.id, data.account.username, data.sessions.length], [id, username, 1]);
    assert.doesNotMatch(exported.text, /scrypt|totp_?secret/i);

    const form = await visitor.goTo(page);
    assert.match(form.text, new RegExp(username));
    const action = formAction(form, '/erase');
    const { token = '' } = hiddenFields(form);
    const exists = async () => (await call(server, 'GET', `/users/${id}`)).status === 200;
    for (const forged of ['', 'x', token.slice(1)]) {
      assert.equal((await visitor.submit(action, { token: forged, sure: 'yes' })).status, 403);
    }
    await newVisitor().submit(action, { token, sure: 'yes' });
    await visitor.submit(action, { token });
    assert.equal(await exists(), true, 'not by whom is not signed in, and not unasked');
    const erased = await visitor.submit(action, { token, sure: 'yes' });
    assert.equal(erased.status, 200);
    assert.equal(erased.text.includes(username), false);
    assert.equal(await exists(), false);
    assert.ok(revoked.includes(id));
    assert.match((await visitor.goTo(page)).text, /name="password"/, 'it is signed out');
    assert.equal((await trySignIn(server.url, newVisitor(), username, PASSWORD)).status, 401);
  });

  test('a password is changed with the current one, and the change ends all sessions', async (t, db) => {
    const revoked: string[] = [];
    const server = await startIdentityServer(db, { onRevoke: async (subject) => void revoked.push(subject) });
    t.after(() => server.close());
    const { id, username } = await newAccount(db);
    const [visitor, elsewhere] = [newVisitor(), newVisitor()];
    for (const each of [visitor, elsewhere]) await trySignIn(server.url, each, username, PASSWORD);
    const page = await visitor.goTo(`${server.url}/oidc/account`);
    const change = (current: string, password: string) =>
      visitor.submit(formAction(page, '/password'), { ...hiddenFields(page), current, password });
    const next = 'rivière-Minerai-77';
    assert.equal((await change('wrong', next)).status, 401);
    assert.equal((await change(PASSWORD, 'short')).status, 400);
    assert.deepEqual(revoked, []);
    assert.equal((await change(PASSWORD, next)).status, 200);
    assert.deepEqual(revoked, [id, id]);
    for (const each of [visitor, elsewhere]) {
      assert.match((await each.goTo(`${server.url}/oidc/account`)).text, /name="password"/);
    }
    assert.equal((await trySignIn(server.url, newVisitor(), username, PASSWORD)).status, 401);
    assert.match((await trySignIn(server.url, newVisitor(), username, next)).url, /code=/);
  });

  test('the register of processing is public, in four languages, with the controller’s additions', async (t, db) => {
    const server = await startIdentityServer(db);
    t.after(() => server.close());
    const read = async (language: string) =>
      (await newVisitor({ 'accept-language': language }).goTo(`${server.url}/oidc/privacy`)).text;
    assert.match(await read('en'), /<html lang="en"[\s\S]*Task in the public interest/);
    assert.match(
      await read('de'),
      /<html lang="de"[\s\S]*Verzeichnis der Verarbeitungen[\s\S]*<div lang="de">[\s\S]*DSGVO/,
    );
    assert.match(await read('lb'), /<html lang="lb"[\s\S]*<div lang="lb">[\s\S]*Intressi/);
    assert.match(await read('fr'), /<html lang="fr"[\s\S]*Mission d’intérêt public/);
    const id = fresh('entry');
    const both = (text: string) => ({ fr: `${text} <fr>`, en: `${text} <en>` });
    const members = ['title', 'purpose', 'basis', 'data', 'people', 'recipients', 'kept', 'measures'];
    const entry = Object.fromEntries(members.map((member) => [member, both(`${id} ${member}`)]));
    const { purpose: _purpose, ...lacking } = entry;
    const refusal = await call(server, 'PUT', `/processing/${id}`, lacking);
    assert.equal(refusal.status, 400);
    assert.match(refusal.body.detail, /^purpose: /);
    assert.equal((await call(server, 'PUT', `/processing/${id}`, entry)).status, 204);
    const [english, french, luxembourgish] = [await read('en'), await read('fr'), await read('lb')];
    assert.ok(luxembourgish.includes('<div lang="fr">'), 'an entry without Luxembourgish is shown in French');
    for (const member of members) {
      assert.ok(english.includes(`${id} ${member} &lt;en&gt;`), member);
      assert.ok(french.includes(`${id} ${member} &lt;fr&gt;`), member);
    }
    assert.equal((await call(server, 'DELETE', `/processing/${id}`)).status, 204);
    assert.equal((await read('en')).includes(id), false);
    assert.equal((await call(server, 'DELETE', `/processing/${id}`)).status, 404);
  });

  test('export returns everything, erasure leaves nothing, retention deletes, and the register states the times', async (t, db) => {
    const server = await startIdentityServer(db);
    t.after(() => server.close());
    const { id, username } = await newAccount(db, { email: `${fresh('e')}@example.org` });
    await trySignIn(server.url, newVisitor(), username, PASSWORD);
    const { body } = await call(server, 'GET', `/users/${id}/export`);
    assert.equal(body.account.username, username);
    assert.equal(body.sessions.length, 1);
    assert.deepEqual(
      body.events.map(({ kind }: { kind: string }) => kind),
      ['signed-in'],
    );
    await call(server, 'DELETE', `/users/${id}`);
    for (const table of ['account WHERE id', 'record WHERE account', 'external_account WHERE account']) {
      const { rowCount } = await db.query({ text: `SELECT 1 FROM identity.${table} = $1`, values: [id] });
      assert.equal(rowCount, 0, table);
    }
    const unused = await newAccount(db);
    const text = `UPDATE identity.account SET created_at = now() - interval '8 years' WHERE id = $1`;
    await db.query({ text, values: [unused.id] });
    assert.equal((await call(server, 'PATCH', '/retention', { events: 0 })).status, 400);
    assert.equal((await call(server, 'PATCH', '/retention', { events: 200 })).body.events, 200);
    await db.query({
      text: `INSERT INTO identity.event (kind, at) VALUES ('signed-out', now() - interval '201 days')`,
    });
    await server.jobs.start();
    for (const job of ['identity.forget-expired', 'identity.erase-unused-accounts']) {
      const { statusCode } = await server.app.inject({ method: 'POST', url: `/ops/jobs/${job}/run` });
      assert.equal(statusCode, 202);
      const runs = async () => (await server.app.inject(`/ops/jobs/${job}`)).json().lastRun;
      await eventually(`the end of ${job}`, async () => (await runs())?.state === 'completed');
    }
    assert.equal((await call(server, 'GET', `/users/${unused.id}`)).status, 404);
    const left = await db.query({ text: `SELECT 1 FROM identity.event WHERE at < now() - interval '200 days'` });
    assert.equal(left.rowCount, 0);
    const { processing } = (await call(server, 'GET', '/processing')).body;
    const log = processing.find((entry: { id: string }) => entry.id === 'sign-in-log');
    assert.equal(log.kept.en, '200 days');
    assert.equal(authorizationPath(server.url).pathname, '/oidc/auth');
  });
});
