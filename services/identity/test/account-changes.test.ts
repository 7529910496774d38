import assert from 'node:assert/strict';
import type { Database } from '@alzette/kit/database';
import { eachDatabase } from '../../../broker/test/support/index.ts';
import { openSecrets } from '../src/store/secrets.ts';
import { newAccount, PASSWORD } from './support/accounts.ts';
import { SECRET_KEY, startIdentityServer } from './support/identity.ts';
import { trySignIn } from './support/sign-in.ts';
import { formAction, hiddenFields, newVisitor, type Visit } from './support/visitor.ts';

eachDatabase('Changes of credentials', (test) => {
  test("an old session can't add or remove a passkey, or link a provider", async (t, db) => {
    const server = await startIdentityServer(db);
    t.after(() => server.close());
    const { id, username } = await newAccount(db);
    const passkeys = async () =>
      (await db.query({ text: 'SELECT 1 FROM identity.passkey WHERE account = $1', values: [id] })).rowCount;
    const visitor = newVisitor();
    await trySignIn(server.url, visitor, username, PASSWORD);
    await db.query({
      text: `INSERT INTO identity.passkey (id, account, name, public_key, counter) VALUES ($1, $2, 'Own', '\\x00', 0)`,
      values: [`passkey-${id}`, id],
    });
    const page = () => visitor.goTo(`${server.url}/oidc/account`);
    const options = async (of: Visit) => {
      const response = await fetch(`${server.url}/oidc/account/passkeys/options`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-csrf-token': hiddenFields(of).token ?? '',
          cookie: `alzette_session=${visitor.cookie('alzette_session')}; alzette_session.sig=${visitor.cookie('alzette_session.sig')}`,
        },
        body: '{}',
      });
      return { status: response.status, body: (await response.json()) as { challenge?: string; to?: string } };
    };
    const fresh = await page();
    assert.match(fresh.text, /data-adds/);
    assert.ok((await options(fresh)).body.challenge);

    await signedInEarlier(db, id, 11 * 60);
    const old = await page();
    assert.doesNotMatch(old.text, /data-adds|\/remove"/);
    assert.match(old.text, /href="\/oidc\/account\/again"/);
    assert.deepEqual(await options(old), { status: 403, body: { to: '/oidc/account/again' } });
    for (const path of [`passkeys/passkey-${id}/remove`, 'link/anything']) {
      const answer = await visitor.submit(`${server.url}/oidc/account/${path}`, hiddenFields(old));
      assert.match(answer.text, /name="password"/, path);
    }
    assert.equal(await passkeys(), 1);

    // After signing in again the user may.
    await db.query({ text: 'DELETE FROM identity.passkey WHERE account = $1', values: [id] });
    const again = await visitor.goTo(`${server.url}/oidc/account/again`);
    const back = await visitor.submit(formAction(again, '/password'), { name: username, password: PASSWORD });
    assert.match(back.text, /data-adds/);
    assert.ok((await options(back)).body.challenge);
  });

  test('an account is erased only after its tokens are revoked, also those that a sign-in issues meanwhile', async (t, db) => {
    const revoked: { readonly subject: string; readonly before: Date; readonly found: number }[] = [];
    let isCut = true;
    const server = await startIdentityServer(db, {
      async onRevoke(subject, before) {
        if (subject !== id) return;
        revoked.push({ subject, before, found: (await account()).status });
        if (isCut) throw new Error('the process ends here');
      },
    });
    t.after(() => server.close());
    const { id, username } = await newAccount(db);
    const account = (method = 'GET') => fetch(`${server.url}/ops/identity/users/${id}`, { method });
    await trySignIn(server.url, newVisitor(), username, PASSWORD);

    assert.equal((await account('DELETE')).status, 500);
    assert.equal((await account()).status, 200, 'its tokens still work, so erasing can be repeated');

    isCut = false;
    assert.equal((await account('DELETE')).status, 204);
    const erasedAt = new Date();
    assert.equal((await account()).status, 404);
    assert.deepEqual(
      revoked.map(({ found, before }) => [found, before > erasedAt]),
      [
        [200, true],
        [200, true],
      ],
    );
    const { rowCount } = await db.query({ text: 'SELECT 1 FROM identity.record WHERE account = $1', values: [id] });
    assert.equal(rowCount, 0, 'no session is left');
  });

  test('tokens with rights that were taken away are revoked, even if the process ends right after the change', async (t, db) => {
    const rolesAtRevocation: string[][] = [];
    let isCut = true;
    const server = await startIdentityServer(db, {
      async onRevoke(subject) {
        if (subject !== id) return;
        const { roles } = (await (await fetch(`${server.url}/ops/identity/users/${id}`)).json()) as { roles: string[] };
        if (isCut && roles.length === 0) throw new Error('the process ends here');
        rolesAtRevocation.push(roles);
      },
    });
    t.after(() => server.close());
    const { id } = await newAccount(db, { roles: ['operator'] });
    const takeRolesAway = () =>
      fetch(`${server.url}/ops/identity/users/${id}`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body: '{"roles":[]}',
      });
    assert.equal((await takeRolesAway()).status, 500);
    assert.deepEqual(rolesAtRevocation, [['operator']], 'before the change');
    isCut = false;
    assert.equal((await takeRolesAway()).status, 200);
    assert.deepEqual(rolesAtRevocation, [['operator']], 'a repeated change changes nothing');
  });
});

/** Makes the session of an account as old as if its user had signed in that many seconds ago. */
async function signedInEarlier(db: Database, account: string, seconds: number): Promise<void> {
  const { rows } = await db.query<{ id: string; payload: string }>({
    text: `SELECT id, payload FROM identity.record WHERE model = 'Session' AND account = $1`,
    values: [account],
  });
  const secrets = await openSecrets(db, SECRET_KEY);
  for (const { id, payload } of rows) {
    const content = JSON.parse(await secrets.open(payload, `Session:${id}`));
    const earlier = JSON.stringify({ ...content, loginTs: content.loginTs - seconds });
    await db.query({
      text: `UPDATE identity.record SET payload = $2 WHERE model = 'Session' AND id = $1`,
      values: [id, await secrets.seal(earlier, `Session:${id}`)],
    });
  }
}
