import assert from 'node:assert/strict';
import { eachDatabase, freshTenant } from '../../../broker/test/support/index.ts';
import { MANIFEST_OF_TEST } from './support/pack.ts';
import { CLEARED, dashboard, FIRST, type Given, GROUP, RULE, rule, startPackHost, TEST } from './support/pack-host.ts';

/** An action that writes an attribute. */
const writing = (attr: string, value: string) =>
  `actions: [{ on: raise, type: update, attr: ${attr}, value: ${value} }]`;

/** Whose @context would give `location` another meaning. */
const SHADOWING = `
id: https://example.org/Bench
subject: Parks
type: Bench
version: 1.0.0
attributes:
  location: { kind: GeoProperty, schema: { type: object }, iri: 'https://example.org/location' }
`;

type Changed = { readonly kind: string; readonly id: string; readonly change: string };
const changes = ({ steps }: { readonly steps: readonly Changed[] }) =>
  Object.fromEntries(steps.map(({ kind, id, change }) => [`${kind}/${id}`, change]));

eachDatabase('Packs', (test) => {
  test('a pack is installed, upgraded around what was changed here, and removed without it', async (t, db) => {
    const { as } = await startPackHost(t, db);
    const root = await as(freshTenant(), ['administrator']);
    const { ask, upload, install } = root;
    const { body: pack } = await upload({ files: FIRST });
    assert.deepEqual([pack.trust, pack.tests], ['trusted', 1]);
    const { body: plan } = await ask('POST', '/packs/full-bins/plan', { digest: pack.digest });
    assert.deepEqual(plan.obstacles, []);
    const created = { 'groups/waste': 'create', [`rules/${RULE}`]: 'create', 'dashboards/bins': 'create' };
    assert.deepEqual(changes(plan), created);
    assert.equal((await ask('GET', `/rules/${RULE}`)).status, 404, 'a plan stores nothing');

    const done = await ask('PUT', '/packs/full-bins', { digest: pack.digest, parameters: { limit: 0.7 } });
    assert.equal(done.status, 200, JSON.stringify(done.body));
    assert.deepEqual(changes(done.body), created);
    assert.equal((await ask('GET', `/rules/${RULE}`)).body.rule.when.value, 0.7);
    const again = await ask('PUT', '/packs/full-bins', { digest: pack.digest });
    assert.deepEqual(new Set(Object.values(changes(again.body))), new Set(['same']));

    const { rule: own } = (await ask('GET', `/rules/${RULE}`)).body;
    assert.equal((await ask('PUT', `/rules/${RULE}`, { ...own, severity: 'high' })).status, 200);
    const next = {
      'rules/full.yaml': rule("text: { fr: '{entity} est plein', en: '{entity} is full' }"),
      'dashboards/bins.yaml': dashboard('second'),
      'tests/full.yaml': TEST(CLEARED),
    };
    const upgraded = await install({ files: next, manifest: { version: '1.1.0' } });
    assert.deepEqual(changes(upgraded.body), {
      [`rules/${RULE}`]: 'merge',
      'dashboards/bins': 'update',
      'groups/waste': 'delete',
    });
    const { rule: merged } = (await ask('GET', `/rules/${RULE}`)).body;
    assert.deepEqual(
      [merged.severity, merged.text.en, merged.when.value],
      ['high', '{entity} is full', 0.7],
      'what was changed here, what the new version brings, and the value that was given before',
    );

    const both = { 'rules/full.yaml': next['rules/full.yaml'].replace('medium', 'low') };
    const open = await install({ files: both, manifest: { version: '1.2.0' } });
    assert.equal(open.status, 409);
    assert.match(open.body.detail, new RegExp(`decisions: got none for rules/${RULE}`));
    const decided = await install(
      { files: both, manifest: { version: '1.2.0' } },
      { decisions: { [`rules/${RULE}`]: 'ours' } },
    );
    assert.equal(decided.status, 200, JSON.stringify(decided.body));
    assert.equal((await ask('GET', `/rules/${RULE}`)).body.rule.severity, 'high');
    assert.equal((await ask('GET', '/dashboards/bins')).status, 404, 'the new version has it no longer');

    const { packs } = (await ask('GET', '/packs')).body;
    assert.deepEqual(
      packs.map(({ id, version, documents }: { id: string; version: string; documents: object[] }) => [
        id,
        version,
        documents,
      ]),
      [['full-bins', '1.2.0', [{ kind: 'rules', id: RULE }]]],
    );
    const older = await install({ files: FIRST });
    assert.match(older.body.detail, /Version 1\.2\.0 is installed, which is newer than 1\.0\.0/);
    const removed = await ask('DELETE', '/packs/full-bins');
    assert.deepEqual(changes(removed.body), { [`rules/${RULE}`]: 'detach' });
    assert.equal((await ask('GET', `/rules/${RULE}`)).status, 200, 'it was changed here');
    assert.deepEqual((await ask('GET', '/packs')).body.packs, []);
  });

  test('what was there before a pack returns when the pack is removed', async (t, db) => {
    const { as } = await startPackHost(t, db);
    const { ask, install } = await as(freshTenant(), ['administrator']);
    const { title, members } = { title: 'Ours', members: [] };
    assert.ok((await ask('PUT', '/channels/groups/waste', { title, members })).status < 300);
    const files = { 'groups/waste.yaml': GROUP };
    assert.equal((await install({ files })).status, 409);
    const replaced = await install({ files }, { decisions: { 'groups/waste': 'theirs' } });
    assert.deepEqual(changes(replaced.body), { 'groups/waste': 'update' });
    assert.deepEqual(changes((await ask('DELETE', '/packs/full-bins')).body), { 'groups/waste': 'restore' });
    const { groups } = (await ask('GET', '/channels/groups')).body;
    assert.equal(groups.find(({ id }: { id: string }) => id === 'waste').title, 'Ours');
  });

  test('a pack is installed whole or not at all', async (t, db) => {
    const { as } = await startPackHost(t, db);
    const tenant = freshTenant();
    const root = await as(tenant, ['administrator']);
    const nothing = async () => {
      assert.equal((await root.ask('GET', `/rules/${RULE}`)).status, 404);
      assert.deepEqual((await root.ask('GET', '/channels/groups')).body.groups, []);
      assert.deepEqual((await root.ask('GET', '/packs')).body, { packs: [] });
    };
    // The schema of dashboards can't say that a widget is too wide, so it is refused when the others are written.
    const tooWide = dashboard('x').replace('x: 0', 'x: 11');
    const refused = await root.install({ files: { ...FIRST, 'dashboards/bins.yaml': tooWide } });
    assert.equal(refused.status, 400);
    assert.match(refused.body.detail, /PUT \/dashboards\/bins.*widgets\.0\.w: got 4, expected at most 1/);
    await nothing();

    // As a process leaves it that is killed after its first step.
    const { body } = await root.upload({ files: FIRST });
    await root.ask('PUT', '/channels/groups/waste', { title: 'Waste', members: [] });
    const undo = JSON.stringify([{ folder: 'groups', id: 'waste' }]);
    await db.query({
      text: `INSERT INTO packs.under_way (tenant, pack, undo, until) VALUES ($1, 'full-bins', $2, now() + interval '1 hour')`,
      values: [tenant, undo],
    });
    const busy = await root.ask('PUT', '/packs/full-bins', { digest: body.digest });
    assert.equal(busy.status, 409, 'another process is at it');
    await db.query({ text: 'UPDATE packs.under_way SET until = now() WHERE tenant = $1', values: [tenant] });
    assert.deepEqual((await root.ask('GET', '/packs')).body.underWay, { pack: 'full-bins', isInterrupted: true });
    assert.equal((await root.ask('DELETE', '/packs/unknown')).status, 404);
    await nothing();
    assert.equal((await root.ask('PUT', '/packs/full-bins', { digest: body.digest })).status, 200);
  });

  test('a pack that is not signed, tampered with, too new, failing its tests or malicious is refused with the reason', async (t, db) => {
    const { as } = await startPackHost(t, db);
    const root = await as(freshTenant(), ['administrator']);
    const unsigned = await root.install({ files: FIRST, isSigned: false });
    assert.deepEqual([unsigned.status, /acceptsUnsigned: got false/.test(unsigned.body.detail)], [409, true]);
    assert.equal((await root.install({ files: FIRST, isSigned: false }, { acceptsUnsigned: true })).status, 200);
    assert.equal((await root.ask('GET', '/packs')).body.packs[0].trust, 'unsigned');
    await root.ask('DELETE', '/packs/full-bins');

    for (const [given, reason] of [
      [{ manifest: { requires: { alzette: '>=9.0.0' } } }, /needs Alzette >=9\.0\.0; this is 0\.1\.0/],
      [
        { manifest: { requires: { alzette: '*', packs: { other: '^1.0.0' } } } },
        /needs the pack other \^1\.0\.0, which is not installed/,
      ],
      [
        { files: { ...FIRST, 'tests/full.yaml': TEST('2026-03-02T11:30:00Z') } },
        /tests\/full\.yaml: got .*T11:00:00\.000Z, expected .*T11:30/,
      ],
      [{ files: { 'rules/full.yaml': rule().replace('fillingLevel', 'fillingLevle') } }, /rules\/.*fillingLevel/],
      [
        { files: { 'rules/full.yaml': rule(writing('fillingLevel', '0.5')) } },
        /rules\/urn:ngsi-ld:Rule:bin-full: .*Rule:bin-full → urn:ngsi-ld:Rule:bin-full/,
      ],
      [
        // Neither is a loop by itself.
        {
          files: {
            'rules/full.yaml': rule(writing('status', 'unknown')),
            'rules/other.yaml': rule(writing('fillingLevel', '0.5'))
              .replace('bin-full', 'bin-other')
              .replace(`attr: fillingLevel, op: '>=', value: '\${limit}'`, "attr: status, op: '!=', value: ok"),
          },
        },
        /PUT \/rules\/.*→/,
      ],
      [
        { files: { 'models/bench.yaml': SHADOWING } },
        /models\/https:\/\/example\.org\/Bench: attributes\.location: got .*expected .*\/location", as in the core @context/,
      ],
      [{ files: { 'rules/full.yaml': rule().replace('>=', '=>') } }, /rules\/urn:ngsi-ld:Rule:bin-full: when: got/],
    ] as const) {
      const answer = await root.install({ files: FIRST, ...given } as Given);
      assert.ok([400, 409].includes(answer.status), JSON.stringify(answer.body));
      assert.match(answer.body.detail, reason);
    }
    for (const [given, reason] of [
      [{ files: { 'engines/x.yaml': 'id: x' } }, /engines\/x\.yaml: got the kind engines, expected one of policies/],
      [{ files: { 'rules/x.yaml': 'name: x' } }, /rules\/x\.yaml: id: got nothing/],
      [{ files: { 'contexts/core.yaml': 'id: core' } }, /contexts\/core\.yaml: got the kind contexts/],
      [{ files: {} }, /has no documents/],
      [{ files: FIRST, manifest: { version: 'latest' } }, /pack\.json: version/],
    ] as const) {
      const answer = await root.upload(given as Given);
      assert.deepEqual([answer.status, reason.test(answer.body.detail)], [400, true], answer.body.detail);
    }
  });

  test('who administers another tenant sees nothing of it, and a pack has the rights of who installs it', async (t, db) => {
    const { as } = await startPackHost(t, db);
    const [ours, theirs] = [freshTenant(), freshTenant()];
    const root = await as(ours, ['administrator']);
    const { body } = await root.upload({ files: FIRST });
    const other = await as(theirs, ['administrator']);
    assert.equal((await other.ask('GET', `/packs/archives/${body.digest}`)).status, 404);
    assert.equal((await other.ask('PUT', '/packs/full-bins', { digest: body.digest })).status, 404);

    const policy = { tenants: [ours], who: { roles: ['steward'] }, may: ['administer'] };
    assert.ok((await root.ask('PUT', `/ops/access/policies/${ours}.steward`, policy)).status < 300);
    const steward = await as(ours, ['steward']);
    const policies = { 'policies/all.yaml': `id: ${ours}.all\nwho: { anyone: true }\nmay: [read]\ntenants: ['*']\n` };
    const more = await steward.install({ files: { ...FIRST, ...policies } });
    assert.ok([400, 403].includes(more.status), JSON.stringify(more.body));
    assert.equal((await root.ask('GET', `/rules/${RULE}`)).status, 404);
    const reader = await as(ours, ['reader']);
    assert.equal((await reader.ask('GET', '/packs')).status, 403);
  });

  test('documents in use become a pack that is installed elsewhere', async (t, db) => {
    const { as } = await startPackHost(t, db);
    const [here, there] = [await as(freshTenant(), ['administrator']), await as(freshTenant(), ['administrator'])];
    await here.install({ files: FIRST });
    const manifest = { ...MANIFEST_OF_TEST, id: 'ours' };
    const wanted = {
      manifest,
      documents: [
        { kind: 'rules', id: RULE },
        { kind: 'groups', id: 'waste' },
      ],
    };
    const made = await here.ask('POST', '/packs/make', wanted);
    assert.equal(made.status, 200);
    const missing = await here.ask('POST', '/packs/make', { ...wanted, documents: [{ kind: 'rules', id: 'none' }] });
    assert.equal(missing.status, 404);
    const files = { 'rules/bin-full.yaml': rule().replace(`'\${limit}'`, '0.8'), 'groups/waste.yaml': GROUP };
    const same = await there.install({ files, manifest: { id: 'ours' } });
    assert.equal(same.status, 200, JSON.stringify(same.body));
  });
});
