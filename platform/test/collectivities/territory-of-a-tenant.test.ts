import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { AskProduct } from '@alzette/packs/kinds';
import { applyTerritory, compareTerritory, exportTerritory } from '../../src/territory-files/own-territory.ts';
import { startGuardedPlatform } from '../support/guarded-platform.ts';
import { ownDatabase } from '../support/own-database.ts';
import { found, madeUp, squareOf } from './founded.ts';
import { likeAnother } from './like-another.ts';

const { TEST_DATABASE_URL } = process.env;

/** Two processes on one database, and an administrator of the whole installation. */
async function twoProcesses(t: Parameters<typeof startGuardedPlatform>[0]) {
  const database = TEST_DATABASE_URL === undefined ? undefined : await ownDatabase(TEST_DATABASE_URL, 'collectivities');
  const settings = {
    PUBLIC_TENANTS: '*',
    OWN_HOSTS: 'own.example.org',
    ...(database && { DATABASE_URL: database.url }),
  };
  const one = await startGuardedPlatform(t, settings);
  const other = database === undefined ? one : await startGuardedPlatform(t, settings);
  t.after(() => database?.drop()); // after the end of the platform
  const asRoot = async (method: Parameters<AskProduct>[0], url: string, payload?: object, tenant?: string) => {
    const authorization = await one.authorizationOf('root', 'administrator');
    const headers = { authorization, ...(tenant !== undefined && { 'ngsild-tenant': tenant }) };
    const answer = await one.app.inject({ method, url, headers, ...(payload && { payload }) });
    return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() };
  };
  return { one, other, asRoot, root: { authorization: await one.authorizationOf('root', 'administrator') } };
}

test('territories of tenants', async (t) => {
  const processes = await twoProcesses(t);
  await t.test('a collectivity is founded without a restart, and every process knows it', () => founding(processes));
  await t.test('with it come its roles, its languages and the invitation of an administrator', () =>
    inviting(processes),
  );
  await t.test('it takes what is not of people or places from another and from packs', () =>
    likeAnother(processes.asRoot),
  );
  await t.test('its files are written, compared and applied', () => asFiles(t, processes));
  await t.test('what does not fit is refused with the member, and nothing of it remains', () => refusing(processes));
});

type Processes = Awaited<ReturnType<typeof twoProcesses>>;

async function founding({ one, other, asRoot, root }: Processes) {
  await found(one.app, root, ['aalt', 'neit']);

  const territory = async (app: typeof one.app, tenant: string) => {
    const answer = await app.inject({ url: '/territory', headers: tenant === '' ? {} : { 'ngsild-tenant': tenant } });
    return { ...answer.json(), etag: answer.headers.etag };
  };
  const aalt = await territory(other.app, 'aalt');
  assert.equal(aalt.name, 'Gemeng aalt');
  assert.deepEqual(aalt.bbox, [6, 49.5, 6.04, 49.54]);
  assert.deepEqual(aalt.communes, [
    {
      slug: 'duerf-0',
      name: 'Duerf 0',
      scope: '/Duerf_0',
      department: 'LU',
      inhabitants: 500,
      center: [6.02, 49.52],
      boundary: squareOf(0),
    },
  ]);
  const ofFolder = await territory(other.app, '');
  assert.match(ofFolder.name, /Alzette/);
  const citizens = async (tenant: string) =>
    (await other.app.inject({ url: '/citizen/v1/territory', headers: { 'ngsild-tenant': tenant } })).json();
  assert.equal((await citizens('neit')).name, 'Gemeng neit');
  assert.equal((await citizens('neit')).timeZone, 'Europe/Luxembourg');

  const { body: kept } = await asRoot('GET', '/ops/collectivity', undefined, 'aalt');
  assert.equal(kept.version, 1);
  const { tenant: _, hosts: __, ...given } = madeUp('aalt', 0, { name: 'Aalt Gemeng', timeZone: 'Europe/Paris' });
  const changed = await asRoot('PUT', '/ops/collectivity?version=1', given, 'aalt');
  assert.equal(changed.status, 200, JSON.stringify(changed.body));
  assert.equal(changed.body.version, 2);
  assert.deepEqual(changed.body.hosts, ['aalt.example.org']);
  const late = await asRoot('PUT', '/ops/collectivity?version=1', given, 'aalt');
  assert.equal(late.status, 409);
  assert.match(late.body.detail, /version: got 1, expected 2/);
  const again = await territory(other.app, 'aalt');
  assert.equal(again.name, 'Aalt Gemeng');
  assert.notEqual(again.etag, aalt.etag);
  assert.equal((await territory(other.app, 'neit')).name, 'Gemeng neit');
  const { body: history } = await asRoot('GET', '/ops/collectivity/versions', undefined, 'aalt');
  assert.deepEqual(
    history.versions.map(({ version }: { version: number }) => version),
    [2, 1],
  );
  assert.match(history.versions[0].changedBy, /root/);
}

async function inviting({ one, asRoot }: Processes) {
  const now = Math.floor(Date.now() / 1000);
  const headers = { authorization: await one.authorizationOf('root', 'administrator', 300, { auth_time: now }) };
  const payload = madeUp('dall', 7, { administrator: { email: 'maire@dall.example' } });
  const found = () => one.app.inject({ method: 'POST', url: '/ops/collectivities', headers, payload });
  const first = await found();
  assert.equal(first.statusCode, 201, first.body);
  assert.match(first.json().administrator.link, /\/oidc\/reset\//);
  const { body: policy } = await asRoot('GET', '/ops/access/policies/dall.administrator');
  assert.deepEqual(
    [policy.who, policy.may, policy.tenants],
    [{ roles: ['dall.administrator'] }, ['read', 'write', 'administer'], ['dall']],
  );
  const { body: users } = await asRoot('GET', '/ops/identity/users?search=maire@dall.example');
  assert.deepEqual(users.users[0].roles, ['dall.administrator']);
  const { body: app } = await asRoot('GET', '/publishing/settings', undefined, 'dall');
  assert.deepEqual(app.languages, ['lb', 'fr']);
  assert.equal((await asRoot('GET', '/ops/tenants/dall')).status, 200);

  // As after a founding that was cut off: nothing comes into being twice, and what somebody changed stays.
  await asRoot('PUT', '/ops/access/policies/dall.operator', {
    who: { roles: ['dall.operator'] },
    may: ['read'],
    tenants: ['dall'],
  });
  const { administrator: _, ...same } = payload as Readonly<Record<string, unknown>>;
  assert.equal((await asRoot('POST', '/ops/collectivities', same)).status, 200);
  assert.deepEqual((await asRoot('GET', '/ops/access/policies/dall.operator')).body.may, ['read']);
  assert.equal((await asRoot('POST', '/ops/collectivities', { ...same, name: 'Other' })).status, 409);
}

async function asFiles(t: TestContext, { asRoot }: Processes) {
  const folder = await mkdtemp(join(tmpdir(), 'alzette-collectivity-'));
  t.after(() => rm(folder, { recursive: true }));
  const askFor =
    (tenant: string): AskProduct =>
    (method, path, body) =>
      asRoot(method, path, body as object | undefined, tenant);
  assert.equal(await exportTerritory(askFor('neit'), folder), 3);
  assert.equal(await compareTerritory(askFor('neit'), folder), 'same');
  const moselle = fileURLToPath(new URL('../../../territories/moselbogen/', import.meta.url));
  assert.equal(await compareTerritory(askFor('mosel'), moselle), 'missing');
  assert.equal(await applyTerritory(askFor('mosel'), 'mosel', moselle), 'missing');
  assert.equal(await compareTerritory(askFor('mosel'), moselle), 'same');
  assert.equal(await applyTerritory(askFor('neit'), 'neit', moselle), 'different');
  assert.equal(await applyTerritory(askFor('neit'), 'neit', moselle), 'same');
  assert.equal((await asRoot('GET', '/ops/collectivity', undefined, 'neit')).body.name, 'Hafenstadt Moselbogen');
  assert.deepEqual((await asRoot('GET', '/ops/collectivity', undefined, 'neit')).body.hosts, ['neit.example.org']);
}

async function refusing({ asRoot }: Processes) {
  const wrong: readonly (readonly [object, number, RegExp])[] = [
    [madeUp('aalt', 1, { hosts: [] }), 409, /tenant: got "aalt"/],
    [madeUp('mier', 1, { hosts: ['aalt.example.org'] }), 409, /hosts: got "aalt.example.org"/],
    [madeUp('mier', 1, { hosts: ['own.example.org'] }), 400, /hosts: got "own.example.org"/],
    [madeUp('mier', 1, { hosts: ['Neit.example.org'] }), 400, /hosts/],
    [madeUp('mier', 1, { hosts: ['neit.example.org:443'] }), 400, /hosts/],
    [madeUp('mier', 1, { timeZone: 'Europe/Atlantis' }), 400, /timeZone: got "Europe\/Atlantis"/],
    [madeUp('mier', 1, { colour: '#ffff00' }), 400, /colour: got "#ffff00", expected a darker one: the contrast/],
    [madeUp('mier', 1, { communes: [{ slug: 'other', name: 'Other' }] }), 400, /communes\[0\].slug: got "other"/],
    [madeUp('mier', 1, { country: 'XX' }), 400, /country/],
    [madeUp('mier', 1, { boundaries: projected() }), 400, /boundaries.features\[0\].*got \[913291.61,6936880.95\]/],
    [madeUp('mier', 1, { boundaries: tooDeep() }), 400, /expected those of a MultiPolygon/],
    [madeUp('', 1), 400, /tenant/],
  ];
  for (const [body, status, message] of wrong) {
    const answer = await asRoot('POST', '/ops/collectivities', body);
    assert.equal(answer.status, status, `${message}: ${JSON.stringify(answer.body)}`);
    assert.match(answer.body.detail, message);
  }
  const { body } = await asRoot('GET', '/ops/collectivities');
  assert.deepEqual(body.collectivities.map(({ tenant }: { tenant: string }) => tenant).sort(), [
    'aalt',
    'bech',
    'dall',
    'mosel',
    'neit',
  ]);
  assert.equal((await asRoot('GET', '/ops/collectivity')).status, 404);
}

function projected() {
  const ring = Array.from({ length: 4 }, () => [913291.61, 6936880.95]);
  const geometry = { type: 'Polygon', coordinates: [ring] };
  return { type: 'FeatureCollection', features: [{ type: 'Feature', properties: { commune: 'duerf-1' }, geometry }] };
}

function tooDeep() {
  const geometry = { ...squareOf(1), type: 'MultiPolygon' };
  return { type: 'FeatureCollection', features: [{ type: 'Feature', properties: { commune: 'duerf-1' }, geometry }] };
}
