import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { TERRITORY_CONTEXT_PATH } from '@alzette/ngsi-ld-schemas';
import type { FastifyInstance } from 'fastify';
import { startGuardedPlatform } from '../support/guarded-platform.ts';
import { mine, people, support } from './administered-apart.ts';
import { comparison, costs, group } from './beside-each-other.ts';
import { ofCountries } from './country-of-each.ts';
import { walkEachAgainstEach } from './each-against-each.ts';
import { eachShowsItsOwn } from './each-shows-its-own.ts';
import { COUNTRIES, found, LAMP, madeUp, NINE } from './founded.ts';

/* The host of a request decides whose territory, rights and pages it gets, whatever else the request says. */

test('the host of a request decides whose it is', async (t) => {
  const { app, publicUrl, authorizationOf } = await startGuardedPlatform(t, { TRUSTED_PROXIES: '10.0.0.0/8' });
  const root = { authorization: await authorizationOf('root', 'administrator') };
  const before = await app.inject({ url: '/territory', headers: { host: 'anything.example.org' } });
  assert.match(before.json().name, /Alzette/, 'without hosts of collectivities, hosts mean nothing');

  const begun = performance.now();
  await found(app, root, NINE, COUNTRIES);
  t.diagnostic(`nine collectivities founded in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  const ofAalt = { authorization: await authorizationOf('anna', 'aalt.administrator') };

  await t.test('each has the clock, languages, holidays and numbers of its country', () => ofCountries(app, root));
  await t.test('however it is written', () => spelled(app));
  await t.test('and not what headers say', () => contradicted(app, root));
  await t.test('also on a connection, where a target may name another', () => onConnections(app, new URL(publicUrl)));
  await t.test('tokens of one collectivity are nothing on the host of another', () => tokens(app, publicUrl, ofAalt));
  await t.test('pages, the app and the sign-in are those of the host', () => pages(app, publicUrl));
  await t.test('each administers its own people, and gives no role of another', async () => {
    const recently = { auth_time: Math.floor(Date.now() / 1000) };
    const ofNeit = { authorization: await authorizationOf('nora', 'neit.administrator', 300, recently) };
    const longAgo = { authorization: await authorizationOf('anna', 'aalt.administrator', 300, { auth_time: 1 }) };
    await people(app, longAgo, ofNeit);
  });
  await t.test('who has rights in several finds them', () => mine(app, root, ofAalt));
  await t.test('support access is granted by a collectivity, for it alone and for a time', async () => {
    await support(app, ofAalt, { authorization: await authorizationOf('helper', 'helpdesk') });
  });
  await t.test('nothing of one is shown to another by any operation, by host', async () => {
    const members = NINE.map(async (tenant) => {
      const authorization = await authorizationOf(`${tenant}-administrator`, `${tenant}.administrator`);
      return { tenant, host: `${tenant}.example.org`, headers: { authorization } };
    });
    await walkEachAgainstEach(app, await Promise.all(members));
  });
  await t.test('who runs the installation sees sums of all, and nobody else does', () => group(app, root, ofAalt));
  await t.test('costs are shared by a formula, to the cent', () => costs(app, root, ofAalt));
  await t.test('what one lets the others see is compared, until it is withdrawn', async () => {
    const ofNeit = { authorization: await authorizationOf('nora', 'neit.administrator') };
    await comparison(app, { ofAalt, ofNeit, root, publicUrl });
  });
  await t.test('each host shows its own open data and pages, and no object of another by its id', async () => {
    const neighbour = { authorization: await authorizationOf('neit-administrator', 'neit.administrator') };
    await eachShowsItsOwn(app, root, { publicUrl, neighbour });
  });
  await t.test('a host that was given up leads nowhere, and may go to another', () => moved(app, root));
});

const nameAt = async (app: FastifyInstance, headers: Readonly<Record<string, string>>, remoteAddress?: string) => {
  const answer = await app.inject({ url: '/territory', headers, ...(remoteAddress && { remoteAddress }) });
  return answer.statusCode === 200 ? String(answer.json().name) : answer.statusCode;
};

async function spelled(app: FastifyInstance) {
  const cases: readonly (readonly [string, string | number | RegExp])[] = [
    ['aalt.example.org', 'Gemeng aalt'],
    ['neit.example.org', 'Gemeng neit'],
    ['AALT.Example.ORG', 'Gemeng aalt'],
    ['aalt.example.org:1026', 'Gemeng aalt'],
    ['aalt.example.org.', 'Gemeng aalt'],
    ['aalt.example.org.:443', 'Gemeng aalt'],
    ['localhost', /Alzette/],
    ['localhost:1026', /Alzette/],
    ['127.0.0.1:1026', /Alzette/],
    ['[::1]:1026', /Alzette/],
    ['alzette', /Alzette/],
    ['unknown.example.org', 421],
    ['aalt.example.org.evil.example', 421],
    ['xaalt.example.org', 421],
    ['example.org', 421],
    ['aalt.example.org..', 421],
    ['aalt.example.org:x', 421],
    ['aalt.example.org, neit.example.org', 421],
    ['aalt.example.org@neit.example.org', 421],
  ];
  for (const [host, expected] of cases) {
    const name = await nameAt(app, { host });
    if (expected instanceof RegExp) assert.match(String(name), expected, host);
    else assert.equal(name, expected, host);
  }
  const unknown = await app.inject({ url: '/', headers: { host: 'unknown.example.org', accept: 'text/html' } });
  assert.equal(unknown.statusCode, 421);
  assert.equal(unknown.headers['cache-control'], 'no-store');
}

async function contradicted(app: FastifyInstance, root: Readonly<Record<string, string>>) {
  const at = { host: 'aalt.example.org' };
  assert.equal(await nameAt(app, { ...at, 'ngsild-tenant': 'aalt' }), 'Gemeng aalt');
  assert.equal(await nameAt(app, { ...at, 'fiware-service': 'AALT' }), 'Gemeng aalt');
  assert.equal(await nameAt(app, { ...at, 'ngsild-tenant': 'neit' }), 403);
  assert.equal(await nameAt(app, { ...at, 'fiware-service': 'neit' }), 403);
  const stream = await app.inject({ url: '/events?tenant=neit', headers: { ...at, ...root } });
  assert.equal(stream.statusCode, 403);
  // Only what a trusted proxy forwards is something.
  const forwarded = { ...at, 'x-forwarded-host': 'neit.example.org' };
  assert.equal(await nameAt(app, forwarded), 'Gemeng aalt');
  assert.equal(await nameAt(app, forwarded, '192.0.2.1'), 'Gemeng aalt');
  assert.equal(await nameAt(app, forwarded, '10.1.2.3'), 'Gemeng neit');
  assert.equal(await nameAt(app, { ...at, 'x-forwarded-host': 'aalt.example.org, unknown.org' }, '10.1.2.3'), 421);
  assert.equal(await nameAt(app, { host: 'localhost', 'ngsild-tenant': 'neit' }), 'Gemeng neit');
}

async function onConnections(app: FastifyInstance, { hostname, port }: URL) {
  const { port: listening } = app.server.address() as { port: number };
  assert.equal(String(listening), port);
  const status = async (lines: readonly string[]) => {
    const socket = connect(Number(port), hostname);
    socket.end(`${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n`);
    const answer = await text(socket);
    return `${answer.slice(9, 12)} ${/Gemeng \w+|Alzette/.exec(answer)?.[0] ?? ''}`.trim();
  };
  const own = 'Host: aalt.example.org';
  assert.equal(await status(['GET /territory HTTP/1.1', own]), '200 Gemeng aalt');
  assert.equal(await status(['GET http://aalt.example.org/territory HTTP/1.1', own]), '200 Gemeng aalt');
  assert.match(await status(['GET http://neit.example.org/territory HTTP/1.1', own]), /^400/);
  assert.match(await status(['GET /territory HTTP/1.1', own, 'Host: neit.example.org']), /^400/);
}

async function tokens(app: FastifyInstance, publicUrl: string, ofAalt: Readonly<Record<string, string>>) {
  const write = (host: string) =>
    app.inject({
      method: 'POST',
      url: '/ngsi-ld/v1/entities',
      headers: { ...ofAalt, host, 'content-type': 'application/json' },
      payload: LAMP,
    });
  assert.equal((await write('aalt.example.org')).statusCode, 201);
  assert.equal((await write('neit.example.org')).statusCode, 403);
  assert.equal((await write('localhost')).statusCode, 403);
  const read = (host: string) => app.inject({ url: `/ngsi-ld/v1/entities/${LAMP.id}`, headers: { ...ofAalt, host } });
  const [there, elsewhere] = [await read('aalt.example.org'), await read('neit.example.org')];
  assert.equal(there.statusCode, 200);
  assert.equal(elsewhere.statusCode, 403);
  assert.doesNotMatch(elsewhere.body, /Streetlight/);
  // Pages name the vocabulary by the address at which they are.
  const link = `<http://aalt.example.org:9${TERRITORY_CONTEXT_PATH}>; rel="http://www.w3.org/ns/json-ld#context"`;
  const named = await app.inject({
    url: '/ngsi-ld/v1/entities?type=Streetlight',
    headers: { ...ofAalt, host: 'aalt.example.org', link },
  });
  assert.equal(named.statusCode, 200, named.body);
  const loop = {
    type: 'Subscription',
    entities: [{ type: 'Streetlight' }],
    notification: { endpoint: { uri: `${publicUrl.replace('localhost', 'aalt.example.org')}/ngsi-ld/v1/entities` } },
  };
  const looped = await app.inject({
    method: 'POST',
    url: '/ngsi-ld/v1/subscriptions',
    headers: { ...ofAalt, host: 'aalt.example.org', 'content-type': 'application/json' },
    payload: loop,
  });
  assert.match(looped.body, /an endpoint that is not our own API/);
  const own = await app.inject({ url: '/ops/collectivity', headers: { ...ofAalt, host: 'aalt.example.org' } });
  assert.equal(own.json().tenant, 'aalt');
  const founding = { ...ofAalt, host: 'aalt.example.org' };
  const refused = await app.inject({
    method: 'POST',
    url: '/ops/collectivities',
    headers: founding,
    payload: madeUp('x', 5),
  });
  assert.equal(refused.statusCode, 403);
}

async function pages(app: FastifyInstance, publicUrl: string) {
  const host = 'aalt.example.org';
  const page = await app.inject({ url: '/', headers: { host, accept: 'text/html' } });
  assert.equal(page.statusCode, 200);
  assert.ok(String(page.headers['content-security-policy']).includes(new URL(publicUrl).origin));
  const other = await app.inject({ url: '/', headers: { host: 'localhost', accept: 'text/html' } });
  assert.ok(!String(other.headers['content-security-policy']).includes(new URL(publicUrl).origin));
  const manifest = await app.inject({ url: '/app/manifest.webmanifest', headers: { host } });
  assert.equal(manifest.json().name, 'Gemeng aalt');
  assert.equal(manifest.json().start_url, '/app/');
  const account = await app.inject({ url: '/oidc/account?x=1', headers: { host } });
  assert.equal(account.statusCode, 307);
  assert.equal(account.headers.location, `${publicUrl}/oidc/account?x=1`);
  const signIn = await app.inject({ url: '/oidc/sign-in', headers: { host } });
  assert.equal(signIn.statusCode, 200);
  const citizens = await app.inject({ url: '/citizen/v1/news.rss', headers: { host } });
  assert.equal(citizens.statusCode, 200);
  assert.match(citizens.body, new RegExp(`<link>http://${host}:\\d+/app/`));
}

async function moved(app: FastifyInstance, root: Readonly<Record<string, string>>) {
  const give = async (tenant: string, hosts: readonly string[]) => {
    const url = `/ops/collectivities/${tenant}/hosts`;
    return (await app.inject({ method: 'PUT', url, headers: root, payload: { hosts } })).statusCode;
  };
  assert.equal(await give('neit', ['neit.example.org', 'aalt.example.org']), 409);
  assert.equal(await nameAt(app, { host: 'neit.example.org' }), 'Gemeng neit');
  assert.equal(await give('aalt', ['aalt.example.org', 'www.aalt.example.org']), 200);
  await otherNames(app);
  assert.equal(await give('aalt', []), 200);
  assert.equal(await nameAt(app, { host: 'aalt.example.org' }), 421);
  assert.equal(await give('neit', ['neit.example.org', 'aalt.example.org']), 200);
  assert.equal(await nameAt(app, { host: 'aalt.example.org' }), 'Gemeng neit');
}

/** Pages are at the first host, programs are served at each; the proxy asks which hosts there are. */
async function otherNames(app: FastifyInstance) {
  const at = (url: string, accept: string, method: 'GET' | 'POST' = 'GET') =>
    app.inject({ method, url, headers: { host: 'www.aalt.example.org', accept } });
  const page = await at('/data/?q=a%2Fb', 'text/html,*/*;q=0.8');
  assert.equal(page.statusCode, 308);
  assert.match(String(page.headers.location), /^http:\/\/aalt\.example\.org:\d+\/data\/\?q=a%2Fb$/);
  assert.match(String(page.headers['cache-control']), /max-age=300$/);
  const path = await at('//evil.example/x', 'text/html');
  assert.match(String(path.headers.location), /^http:\/\/aalt\.example\.org:\d+\/\/evil\.example\/x$/);
  assert.equal((await at('/territory', 'application/json')).json().name, 'Gemeng aalt');
  assert.notEqual((await at('/citizen/v1/reports', 'text/html', 'POST')).statusCode, 308);
  const first = await app.inject({ url: '/data/', headers: { host: 'aalt.example.org', accept: 'text/html' } });
  assert.equal(first.statusCode, 200);

  const known = async (domain: string, headers: Readonly<Record<string, string>> = {}) => {
    const url = `/ops/hosts/known?domain=${encodeURIComponent(domain)}`;
    return (await app.inject({ url, headers: { host: 'alzette:1026', ...headers } })).statusCode;
  };
  for (const domain of ['aalt.example.org', 'WWW.aalt.example.org.', 'neit.example.org', 'localhost'])
    assert.equal(await known(domain), 204, domain);
  for (const domain of ['unknown.example.org', 'example.org', '192.0.2.1', 'aalt.example.org:443', '*.example.org'])
    assert.equal(await known(domain), 404, domain);
  assert.equal((await app.inject({ url: '/ops/hosts/known', headers: { host: 'alzette' } })).statusCode, 400);
  assert.equal(await known('aalt.example.org', { 'x-forwarded-for': '198.51.100.1' }), 404, 'through the proxy');
  assert.equal(await known('aalt.example.org', { host: 'neit.example.org' }), 404, 'at the host of a collectivity');
}
