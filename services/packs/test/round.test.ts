import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Database } from '@alzette/broker';
import { anotherPostgres, testDatabases } from '@alzette/broker/test-support';
import { unzipSync, zipSync } from 'fflate';
import { freshTenant } from '../../../broker/test/support/index.ts';
import { KillSwitch } from '../../../scripts/drill/statements/kill-switch.ts';
import { signArchive } from '../src/archive/archive.ts';
import { MANIFEST_OF_TEST } from './support/pack.ts';
import { dashboard, FIRST, GROUP, KEYS, RULE, startPackHost } from './support/pack-host.ts';

const database = anotherPostgres() ?? testDatabases()[0];
/** `KILL_EVERY=1` kills before each statement, as the drill does. */
const EVERY = Number(process.env.KILL_EVERY ?? 9);
const MOST_STATEMENTS = 500;
/** Entries of one process wait for each other. */
const OF_AUDIT = /INSERT INTO audit /;

const NIGHT = 'urn:ngsi-ld:Rule:full-at-night';
const NIGHT_RULE = {
  id: NIGHT,
  name: { fr: 'Conteneur plein la nuit', en: 'Container full at night', de: 'Behälter nachts voll' },
  scope: { types: ['WasteContainer'] },
  when: { all: [{ attr: 'fillingLevel', op: '>=', value: 0.9 }, { during: { from: '22:00', to: '06:00' } }] },
  clear: { whenOver: true },
  severity: 'medium',
};
/** In local time: the same night everywhere. */
const NIGHT_TEST = `
rule: ${NIGHT}
entity: { type: WasteContainer }
readings:
  - { at: 2026-03-02T20:00:00, values: { fillingLevel: 0.95 } }
  - { at: 2026-03-02T23:00:00, values: { fillingLevel: 0.96 } }
until: 2026-03-03T02:00:00
alarms:
  - { raisedAt: 2026-03-02T22:00:00 }
`;

test('a pack is made on one installation, signed, installed on another in another language and time zone, upgraded and removed', async (t) => {
  assert.ok(database);
  const here = await startPackHost(t, await database.open());
  const maker = await here.as(freshTenant(), ['administrator']);
  const saved = await maker.ask('PUT', `/rules/${NIGHT}`, NIGHT_RULE);
  assert.equal(saved.status, 200, JSON.stringify(saved.body));
  assert.ok((await maker.ask('PUT', '/channels/groups/waste', { title: 'Waste', members: [] })).status < 300);
  const manifest = { ...MANIFEST_OF_TEST, id: 'nights', title: { fr: 'Nuits', de: 'Nächte' } };
  const documents = [
    { kind: 'rules', id: NIGHT },
    { kind: 'groups', id: 'waste' },
  ];
  const made = await maker.make({ manifest, documents });
  const signed = Buffer.from(signArchive(made, KEYS.secretKey));

  const there = await startPackHost(t, await database.open(), { territory: await reunion(t) });
  const taker = await there.as(freshTenant(), ['administrator']);
  const all = async () =>
    Promise.all(['/rules', '/channels/groups', '/dashboards'].map(async (path) => (await taker.ask('GET', path)).body));
  const before = await all();
  assert.equal((await taker.send(made)).body.trust, 'unsigned');
  const { body: pack } = await taker.send(signed);
  assert.deepEqual([pack.trust, pack.title.de], ['trusted', 'Nächte']);
  const { 'pack.json': own = new Uint8Array(), ...files } = unzipSync(signed);
  const renamed = Buffer.from(own).toString().replace('Nuits', 'Jours');
  const tampered = await taker.send(Buffer.from(zipSync({ 'pack.json': Buffer.from(renamed), ...files })));
  assert.deepEqual([tampered.status, /not the signature of this/.test(tampered.body.detail)], [400, true]);
  const first = await taker.ask('PUT', '/packs/nights', { digest: pack.digest });
  assert.equal(first.status, 200, JSON.stringify(first.body));
  const { rule: installed } = (await taker.ask('GET', `/rules/${NIGHT}`)).body;
  assert.equal(installed.name.de, 'Behälter nachts voll');

  assert.equal((await taker.ask('PUT', `/rules/${NIGHT}`, { ...installed, severity: 'high' })).status, 200);
  const next = {
    'rules/night.yaml': JSON.stringify({ ...NIGHT_RULE, category: 'waste' }),
    'groups/waste.yaml': GROUP,
    'dashboards/bins.yaml': dashboard('second'),
    'tests/night.yaml': NIGHT_TEST,
  };
  const upgraded = await taker.install({ files: next, manifest: { id: 'nights', version: '1.1.0' } });
  assert.equal(upgraded.status, 200, JSON.stringify(upgraded.body));
  const { rule: merged } = (await taker.ask('GET', `/rules/${NIGHT}`)).body;
  assert.deepEqual([merged.severity, merged.category], ['high', 'waste'], 'what was changed here, and what is new');

  assert.equal((await taker.ask('DELETE', '/packs/nights')).status, 200);
  assert.equal((await taker.ask('GET', `/rules/${NIGHT}`)).status, 200, 'it was changed here, so it stays');
  assert.ok((await taker.ask('DELETE', `/rules/${NIGHT}`)).status < 300);
  assert.deepEqual(await all(), before, 'nothing else is left');
});

test('an installation that is killed before any of its statements leaves nothing, or is whole', async (t) => {
  assert.ok(database);
  const db = await database.open();
  const killSwitch = new KillSwitch(({ text }) => OF_AUDIT.test(text));
  const { as } = await startPackHost(t, killable(db, killSwitch));
  let kills = 0;
  for (let killAt = 1; killAt < MOST_STATEMENTS; killAt += EVERY) {
    const tenant = freshTenant();
    const { ask, upload } = await as(tenant, ['administrator']);
    const { body: pack } = await upload({ files: FIRST });
    const install = () => ask('PUT', '/packs/full-bins', { digest: pack.digest });
    const { isKilled } = await killSwitch.run(tenant, killAt, install);
    const state = async () => [
      (await ask('GET', '/packs')).body.packs.length,
      (await ask('GET', `/rules/${RULE}`)).status,
      (await ask('GET', '/dashboards/bins')).status,
      (await ask('GET', '/channels/groups')).body.groups.length,
    ];
    await db.query({ text: 'UPDATE packs.under_way SET until = now() WHERE tenant = $1', values: [tenant] });
    assert.equal((await ask('DELETE', '/packs/unknown')).status, 404, 'any next change takes it back first');
    const [packs] = await state();
    const expected = packs === 1 ? [1, 200, 200, 1] : [0, 404, 404, 0];
    assert.deepEqual(await state(), expected, `killed before statement ${killAt}`);
    if (!isKilled) break;
    kills += 1;
    assert.equal((await install()).status, 200, 'and it can be installed');
  }
  assert.ok(kills >= 3, `${kills} kills`);
});

/** The database, whose statements can be killed. */
function killable(db: Database, killSwitch: KillSwitch): Database {
  const own = killSwitch.database(db);
  return new Proxy(db, {
    get(target, name) {
      const member: unknown = Reflect.get(name in own ? own : target, name);
      return typeof member === 'function' && !(name in own) ? member.bind(target) : member;
    },
  });
}

/** A German-speaking territory two hours east. */
async function reunion(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'territory-'));
  t.after(() => rm(folder, { recursive: true }));
  await cp(fileURLToPath(new URL('../../../territories/moselbogen', import.meta.url)), folder, { recursive: true });
  const file = join(folder, 'territory.yaml');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('Europe/Luxembourg', 'Indian/Reunion'));
  return folder;
}
