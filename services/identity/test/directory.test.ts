import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test as plainTest } from 'node:test';
import { Client } from 'ldapts';
import { eachDatabase } from '../../../broker/test/support/index.ts';
import { newAccount, PASSWORD } from './support/accounts.ts';
import { type IdentityServer, startIdentityServer } from './support/identity.ts';
import { trySignIn } from './support/sign-in.ts';
import { newVisitor } from './support/visitor.ts';

const { TEST_LDAP_URL } = process.env;
const ROOT = 'dc=alzette,dc=test';
const SECRET = 'péniche-Écluse-19';

if (TEST_LDAP_URL) {
  eachDatabase('Users of a directory (LDAP)', (test) => {
    test('sign in by their password in the directory, with their groups there', async (t, db) => {
      const revoked: string[] = [];
      const server = await startIdentityServer(db, { onRevoke: async (subject) => void revoked.push(subject) });
      t.after(() => server.close());
      const there = await populated();
      t.after(() => there.client.unbind());
      const group = `g-${there.suffix}`;
      await call(server, 'PUT', `/groups/${group}`, { name: 'Agents', roles: ['operator'] });
      assert.equal((await call(server, 'PUT', '/directories/town', there.directory({ agents: group }))).status, 204);
      const shown = await call(server, 'GET', '/directories');
      assert.equal(shown.text.includes(there.password), false);

      const first = await call(server, 'POST', '/directories/town/sync');
      assert.deepEqual(
        { ...first.body, refused: first.body.refused.map(({ reason }: { reason: string }) => reason.split(':')[0]) },
        { found: 3, created: 2, updated: 0, disabled: 0, refused: ['username'] },
      );
      const anne = await find(server, there.anne);
      assert.deepEqual([anne.effectiveRoles, anne.groups, anne.source], [['operator'], [group], 'directory:town']);

      const signIn = (name: string, password: string) => trySignIn(server.url, newVisitor(), name, password);
      assert.match((await signIn(there.anne, SECRET)).url, /code=/);
      assert.match((await signIn(`${there.anne}@example.org`, SECRET)).url, /code=/);
      assert.match((await signIn(there.bob, SECRET)).url, /code=/);
      for (const [name, password] of [
        [there.anne, 'wrong'],
        [there.anne, ''],
        ['*', SECRET],
        [`${there.anne})(uid=*`, SECRET],
      ] as const) {
        assert.equal((await signIn(name, password)).status, 401, `${name} ${password}`);
      }

      // A change in the directory applies here with the next synchronisation at the latest.
      await there.leave(there.anne);
      const second = await call(server, 'POST', '/directories/town/sync');
      assert.deepEqual([second.body.created, second.body.updated], [0, 1]);
      assert.deepEqual((await find(server, there.anne)).effectiveRoles, []);
      assert.deepEqual(revoked, [anne.id, anne.id]);
      await there.remove(there.anne);
      const third = await call(server, 'POST', '/directories/town/sync');
      assert.equal(third.body.disabled, 1);
      assert.equal((await find(server, there.anne)).enabled, false);
      assert.deepEqual(revoked, [anne.id, anne.id, anne.id, anne.id]);
      assert.equal((await signIn(there.anne, SECRET)).status, 401);
      const [kept] = (await call(server, 'GET', '/directories')).body.directories;
      assert.equal(kept.report.disabled, 1);
      await call(server, 'DELETE', '/directories/town');
    });

    test('have no additional attempts by their other names in the directory', async (t, db) => {
      const server = await startIdentityServer(db);
      t.after(() => server.close());
      const there = await populated();
      t.after(() => there.client.unbind());
      await call(server, 'PUT', '/directories/town', there.directory({}));
      const names = [there.anne, `${there.anne}@example.org`, there.anne.toUpperCase()];
      const statuses: number[] = [];
      for (let n = 0; n < 6; n++) {
        statuses.push((await trySignIn(server.url, newVisitor(), names[n % 3] as string, 'wrong')).status);
      }
      assert.deepEqual(statuses, [401, 401, 401, 401, 401, 429]);
      await call(server, 'DELETE', '/directories/town');
    });

    test("can't take over a local account, and an unreachable directory does not block local users", async (t, db) => {
      const server = await startIdentityServer(db);
      t.after(() => server.close());
      const there = await populated();
      t.after(() => there.client.unbind());
      await newAccount(db, { username: there.anne });
      await call(server, 'PUT', '/directories/town', there.directory({}));
      const { refused } = (await call(server, 'POST', '/directories/town/sync')).body;
      assert.match(refused.map(({ reason }: { reason: string }) => reason).join(), /one that no other account has/);
      const signIn = (password: string) => trySignIn(server.url, newVisitor(), there.anne, password);
      assert.equal((await signIn(SECRET)).status, 401);
      assert.match((await signIn(PASSWORD)).url, /code=/);
      await call(server, 'PUT', '/directories/town', { ...there.directory({}), url: 'ldap://127.0.0.1:9' });
      assert.equal((await call(server, 'POST', '/directories/town/sync')).status, 502);
      assert.match((await signIn(PASSWORD)).url, /code=/);
      assert.equal((await trySignIn(server.url, newVisitor(), there.bob, SECRET)).status, 401);
      await call(server, 'DELETE', '/directories/town');
      assert.equal((await call(server, 'POST', '/directories/town/sync')).status, 404);
      for (const [change, member] of [
        [{ url: 'http://x' }, 'url'],
        [{ baseDn: '' }, 'baseDn'],
        [{ settings: { colour: 'red' } }, 'colour'],
      ] as const) {
        const answer = await call(server, 'PUT', '/directories/town', { ...there.directory({}), ...change });
        assert.equal(answer.status, 400);
        assert.match(answer.body.detail, new RegExp(member));
      }
    });
  });
} else {
  plainTest('Users of a directory (LDAP)', { skip: 'slapd is missing (TEST_LDAP_URL is not set)' }, () => {});
}

async function call(server: IdentityServer, method: string, path: string, body?: unknown) {
  const response = await fetch(`${server.url}/ops/identity${path}`, {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text, body: text === '' ? undefined : JSON.parse(text) };
}

async function find(server: IdentityServer, name: string) {
  const { body } = await call(server, 'GET', `/users?search=${name}`);
  assert.equal(body.users.length, 1);
  return body.users[0];
}

/** Three people and a group in a branch of the directory. */
async function populated() {
  const { protocol, host, username, password: secret } = new URL(TEST_LDAP_URL as string);
  const [dn, password] = [decodeURIComponent(username), decodeURIComponent(secret)];
  const client = new Client({ url: `${protocol}//${host}` });
  await client.bind(dn, password);
  await client
    .add(ROOT, { objectClass: ['dcObject', 'organization'], dc: 'alzette', o: 'Test' })
    .catch(() => undefined);
  const suffix = randomUUID().slice(0, 8);
  const base = `ou=t-${suffix},${ROOT}`;
  await client.add(base, { objectClass: 'organizationalUnit', ou: `t-${suffix}` });
  const [anne, bob] = [`anne-${suffix}`, `bob-${suffix}`];
  const dnOf: Record<string, string> = {
    [anne]: `uid=${anne},${base}`,
    [bob]: `cn=Bob (ST\\, 1),${base}`,
    'no name': `cn=No Name,${base}`,
  };
  for (const [uid, entry] of Object.entries(dnOf)) {
    await client.add(entry, {
      objectClass: 'inetOrgPerson',
      uid,
      cn: uid === bob ? 'Bob (ST, 1)' : uid === anne ? 'Anne' : 'No Name',
      sn: 'Müller',
      userPassword: SECRET,
      ...(uid === anne && { mail: `${anne}@example.org`, givenName: 'Anne' }),
    });
  }
  const agents = `cn=agents,${base}`;
  await client.add(agents, { objectClass: 'groupOfNames', cn: 'agents', member: Object.values(dnOf) });
  return {
    client,
    suffix,
    anne,
    bob,
    password,
    directory: (groups: Record<string, string>) => ({
      url: `${protocol}//${host}`,
      bindDn: dn,
      bindPassword: password,
      baseDn: base,
      settings: { groups },
    }),
    async leave(name: string) {
      const { Attribute, Change } = await import('ldapts');
      const modification = new Attribute({ type: 'member', values: [dnOf[name] as string] });
      await client.modify(agents, new Change({ operation: 'delete', modification }));
    },
    remove: (name: string) => client.del(dnOf[name] as string),
  };
}
