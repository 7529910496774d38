import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trySignIn } from '../../services/identity/test/support/sign-in.ts';
import { formAction, newVisitor, type Visitor } from '../../services/identity/test/support/visitor.ts';
import { PASSWORD, startOwnIdentity } from './support/own-identity.ts';

/* Attacks on the sign-in of the product, with its own accounts and enforced access. */

const from = (address: string) => newVisitor({ 'x-forwarded-for': address });

test('attacks on the sign-in', async (t) => {
  const platform = await startOwnIdentity(t);
  const { publicUrl, call, root, newUser } = platform;
  const trial = async (address: string, name: string, password = 'wrong') =>
    (await trySignIn(publicUrl, from(address), name, password)).status;

  /** In a browser with a signed-in user. */
  const signInAgain = async (visitor: Visitor, name: string, password: string) => {
    const page = await visitor.goTo(`${publicUrl}/oidc/account/again`);
    return visitor.submit(formAction(page, '/password'), { name, password }, `${publicUrl}/oidc/account`);
  };

  await t.test('other spellings of an account name count as tries on the same account', async () => {
    await newUser('anne', { email: 'anne@example.org' });
    const names = ['anne', 'ANNE', 'anne@example.org', 'Anne@Example.ORG', ' anne ', 'ANNE@EXAMPLE.ORG', 'aNNe'];
    const statuses: number[] = [];
    for (const name of names) statuses.push(await trial('192.0.2.1', name));
    assert.deepEqual(statuses, [401, 401, 401, 401, 401, 429, 429]);
  });

  await t.test('failing on purpose keeps the owner of an account out nowhere else', async () => {
    await newUser('boris');
    const own = from('198.51.100.1');
    assert.match((await trySignIn(publicUrl, own, 'boris', PASSWORD)).url, /code=/);
    for (let n = 0; n < 5; n++) assert.equal(await trial('203.0.113.1', 'boris'), 401);
    assert.equal(await trial('203.0.113.1', 'boris', PASSWORD), 429, 'the stranger is shut out');
    const other = from('198.51.100.2');
    assert.match(
      (await trySignIn(publicUrl, other, 'boris', PASSWORD)).url,
      /code=/,
      'the owner in a new browser is not',
    );

    // From so many addresses that it looks like distributed guessing: then only known browsers are accepted.
    const many = Array.from({ length: 45 }, (_, n) => trial(`203.0.113.${10 + Math.floor(n / 5)}`, 'boris'));
    for (const status of await Promise.all(many)) assert.equal(status, 401);
    assert.equal(await trial('192.0.2.99', 'boris', PASSWORD), 429, 'a browser that nobody knows');
    assert.match((await signInAgain(own, 'boris', PASSWORD)).url, /code=/, 'the browser of the owner');
  });

  await t.test('a browser known for one account has no more tries at another', async () => {
    await newUser('carla');
    const stranger = from('203.0.113.50');
    await newUser('dora');
    assert.match((await trySignIn(publicUrl, stranger, 'dora', PASSWORD)).url, /code=/);
    const statuses: number[] = [];
    for (let n = 0; n < 6; n++) statuses.push((await signInAgain(stranger, 'carla', 'wrong')).status);
    assert.deepEqual(statuses, [401, 401, 401, 401, 401, 429]);
  });

  await t.test('a form for device codes without its token is refused without a server error', async () => {
    for (const body of ['', 'user_code=BBBB-BBBB', 'xsrf=guessed', 'xsrf=a&xsrf=b', 'xsrf=%00&user_code=BBBB-BBBB']) {
      for (const cookie of [undefined, 'alzette_session=made-up']) {
        const response = await fetch(`${publicUrl}/oidc/device`, {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded', ...(cookie && { cookie }) },
          body,
        });
        assert.equal(response.status, 400, body);
        assert.match(await response.text(), /<a href="\/oidc\/device">/);
      }
    }
  });

  await t.test('answers about persons are not cached', async () => {
    const ofIdentity = ['users', 'clients', 'events', 'processing', 'users/nobody', 'providers'];
    const ofAccess = ['me', 'me/keys', 'keys', 'policies', 'usage', 'explain'];
    const paths = [
      ...ofIdentity.map((path) => `identity/${path}`),
      ...ofAccess.map((path) => `access/${path}`),
      'audit',
    ];
    for (const path of paths) {
      const { headers } = await call(root.headers, 'GET', `/ops/${path}`);
      assert.equal(headers.get('cache-control'), 'no-store', path);
    }
  });
});
