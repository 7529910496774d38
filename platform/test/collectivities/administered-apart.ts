import assert from 'node:assert/strict';
import type { FastifyInstance } from 'fastify';
import { LAMP, NINE } from './founded.ts';

/** Each administers its own people, and gives no role of another. */
export async function people(
  app: FastifyInstance,
  ofAalt: Readonly<Record<string, string>>,
  ofNeit: Readonly<Record<string, string>>,
) {
  const askerOf =
    (tenant: string, own: Readonly<Record<string, string>>) =>
    async (method: 'GET' | 'POST' | 'PUT', path = '', payload?: object) => {
      const headers = { ...own, host: `${tenant}.example.org` };
      const answer = await app.inject({
        method,
        url: `/ops/identity/own/people${path}`,
        headers,
        ...(payload && { payload }),
      });
      return { status: answer.statusCode, body: answer.json() };
    };
  const [aalt, neit] = [askerOf('aalt', ofAalt), askerOf('neit', ofNeit)];
  const ada = await aalt('POST', '', { email: 'ada@example.org', roles: ['aalt.operator'] });
  assert.equal(ada.status, 201, JSON.stringify(ada.body));
  assert.deepEqual(ada.body.roles, ['aalt.operator']);
  assert.equal((await aalt('GET')).body.people.length, 1);
  assert.deepEqual(
    (await aalt('GET')).body.roles.map(({ id }: { id: string }) => id),
    ['aalt.administrator', 'aalt.analyst', 'aalt.operator'],
  );
  for (const role of ['neit.operator', 'administrator', 'aalt.', 'operator']) {
    const refused = await aalt('PUT', `/${ada.body.id}`, { roles: [role] });
    assert.equal(refused.status, 400, role);
    assert.match(refused.body.detail, /^(roles|body\.roles)/, role);
  }
  assert.equal((await neit('GET')).body.people.length, 0);
  assert.equal((await neit('PUT', `/${ada.body.id}`, { roles: ['neit.operator'] })).status, 404);
  assert.equal((await neit('POST', `/${ada.body.id}/link`)).status, 404);
  assert.equal((await aalt('POST', `/${ada.body.id}/link`)).status, 401, 'who did not sign in lately');
  // They have not shown that the address is theirs, so nobody else can give that account anything.
  assert.equal((await neit('POST', '', { email: 'ada@example.org', roles: ['neit.operator'] })).status, 409);
  const bert = await neit('POST', '', { email: 'bert@example.org', roles: ['neit.operator'] });
  assert.match((await neit('POST', `/${bert.body.id}/link`)).body.link, /\/oidc\/reset\//);
  assert.deepEqual((await neit('PUT', `/${bert.body.id}`, { roles: [] })).body.roles, []);
  assert.equal((await neit('GET')).body.people.length, 0);
}

/** Somebody of the installation helps one, as long as that one wants. */
export async function support(
  app: FastifyInstance,
  ofAalt: Readonly<Record<string, string>>,
  helper: Readonly<Record<string, string>>,
) {
  const ask = async (
    own: Readonly<Record<string, string>>,
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    payload?: object,
    host = 'aalt.example.org',
  ) => {
    const answer = await app.inject({ method, url: path, headers: { ...own, host }, ...(payload && { payload }) });
    return { status: answer.statusCode, body: answer.json() };
  };
  const lamp = `/ngsi-ld/v1/entities/${LAMP.id}`;
  const all = '/ops/collectivity/support';
  const wish = { name: 'Helper, helpdesk', reason: 'Reports are not mailed', may: 'read', hours: 2 };
  assert.equal((await ask(helper, 'GET', lamp)).status, 403);
  const asked = await ask(helper, 'POST', all, wish);
  assert.equal(asked.status, 201, JSON.stringify(asked.body));
  assert.equal((await ask(helper, 'POST', all, wish)).status, 409);
  assert.equal((await ask({}, 'POST', all, wish)).status, 404);
  const one = `${all}/${asked.body.id}`;
  assert.equal((await ask(helper, 'PUT', one, { granted: true })).status, 403, 'not by oneself');
  const granted = await ask(ofAalt, 'PUT', one, { granted: true });
  assert.equal(granted.body.state, 'active', JSON.stringify(granted.body));
  assert.ok(Math.abs(Date.parse(granted.body.until) - Date.now() - 2 * 3_600_000) < 60_000);
  assert.equal((await ask(helper, 'GET', lamp)).status, 200);
  assert.equal((await ask(helper, 'DELETE', lamp)).status, 403);
  assert.equal((await ask(helper, 'GET', lamp, undefined, 'neit.example.org')).status, 403);
  const active = async (own: Readonly<Record<string, string>>) =>
    (await ask(own, 'GET', `${all}/active`)).body.active.map(({ name }: { name: string }) => name);
  assert.deepEqual(await active(ofAalt), [wish.name]);
  assert.deepEqual(await active(helper), [wish.name]);
  assert.equal((await ask(ofAalt, 'DELETE', one)).body.state, 'ended');
  assert.equal((await ask(helper, 'GET', lamp)).status, 403);
  assert.deepEqual(await active(ofAalt), []);
  const { entries } = (await ask(ofAalt, 'GET', '/ops/audit/own')).body;
  type Entry = { readonly action: string; readonly object: string; readonly outcome: string };
  const acts = entries.map(({ action, object, outcome }: Entry) => `${outcome} ${action} ${object}`);
  assert.equal(
    acts.filter((act: string) => /^done \w+ \/ops\/collectivity\/support/.test(act)).length,
    3,
    acts.join('\n'),
  );
  assert.doesNotMatch(JSON.stringify(entries), /Helper, helpdesk/);
}

/** Who has rights in several finds them. */
export async function mine(
  app: FastifyInstance,
  root: Readonly<Record<string, string>>,
  ofAalt: Readonly<Record<string, string>>,
) {
  const tenantsOf = async (headers: Readonly<Record<string, string>>) => {
    const answer = await app.inject({ url: '/ops/collectivities/mine', headers });
    return answer.json().collectivities.map(({ tenant, url }: { tenant: string; url: string }) => `${tenant} ${url}`);
  };
  const own = await tenantsOf({ ...ofAalt, host: 'neit.example.org' });
  assert.equal(own.length, 1);
  assert.match(own[0], /^aalt http:\/\/aalt\.example\.org:\d+$/);
  assert.equal((await tenantsOf(root)).length, NINE.length + 1, 'and the installation’s own');
}
