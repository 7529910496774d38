import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newDatabase } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { startServiceHost } from '../../../platform/test/support/service-host.ts';
import type { RuleDocument } from '../src/rules.ts';
import { rules } from '../src/rules.ts';
import { freePort } from './support/rules-platform.ts';

const CONTEXT = 'http://localhost:1026/contexts/territory/v1.jsonld';
const LAMP_TYPE = 'https://smartdatamodels.org/dataModel.Streetlighting/Streetlight';
const PARKING = 'https://smartdatamodels.org/dataModel.Parking/OffStreetParking';
const POWER = 'https://smartdatamodels.org/dataModel.Streetlighting/powerState';
const LAMP = 'urn:ngsi-ld:Streetlight:1';
const RULES = '/rules/urn:ngsi-ld:Rule:';

const dark: RuleDocument = {
  id: 'urn:ngsi-ld:Rule:dark',
  name: { fr: 'Éteinte', en: 'Dark' },
  scope: { types: ['Streetlight'], scopeQ: '/Villerupt/#' },
  when: { attr: 'powerState', op: '==', value: 'low' },
  clear: { whenOver: true },
  severity: 'medium',
  text: { fr: '{entity} : {value}', en: '{entity}: {value}' },
  actions: [{ on: 'raise', type: 'update', attr: 'circuit', value: 'checked' }],
};
const full: RuleDocument = {
  id: 'urn:ngsi-ld:Rule:full',
  name: { fr: 'Complet', en: 'Full' },
  scope: { types: ['OffStreetParking'] },
  when: { attr: 'availableSpotNumber', op: '==', value: 0 },
  clear: { whenOver: true },
  severity: 'low',
};
const POLICIES = {
  whole: { who: { roles: ['whole'] }, may: ['read'], types: [LAMP_TYPE], scopeQ: '/Villerupt/#' },
  outlines: { who: { roles: ['outlines'] }, may: ['read'], types: [LAMP_TYPE], exceptAttributes: [POWER] },
  thil: { who: { roles: ['thil'] }, may: ['read', 'write'], types: [LAMP_TYPE], scopeQ: '/Thil/#' },
  // Administers, and may write nothing of lamps.
  steward: { who: { roles: ['steward'] }, may: ['administer'] },
  public: { who: { anyone: true }, may: ['read'], types: [PARKING] },
};

test('a rule writes with the rights of who saved it, and is explained without what its reader may not read', async (t) => {
  const db = await newDatabase();
  const urns: string[] = [];
  const alarms = {
    apply: async (_: string, acts: readonly { readonly alarm: string }[]) =>
      void urns.push(...acts.map(({ alarm }) => alarm)),
  };
  const port = await freePort();
  const host = await startServiceHost(t, db, [rules], {
    ports: { alarms },
    access: 'enforced',
    jobs: true,
    settings: { PUBLIC_URL: `http://127.0.0.1:${port}`, PORT: String(port) },
  });
  t.after(() => db.close());
  await host.app.listen({ port, host: '127.0.0.1' });
  const { client } = host.broker;
  const as = async (role: string) => ({ authorization: await host.authorizationOf({ sub: role, roles: [role] }) });
  const administrator = await as('administrator');
  for (const [id, policy] of Object.entries(POLICIES)) {
    const { status, body } = await host.ask('PUT', `/ops/access/policies/${id}`, policy, administrator);
    assert.ok(status < 300, JSON.stringify(body));
  }
  const [whole, outlines, thil, steward] = await Promise.all(['whole', 'outlines', 'thil', 'steward'].map(as));
  const lamp = (powerState: string) => ({
    id: LAMP,
    type: 'Streetlight',
    scope: '/Villerupt',
    name: { type: 'Property', value: 'VIL-001' },
    powerState: { type: 'Property', value: powerState, observedAt: new Date().toISOString() },
  });
  await client.createEntity(lamp('ok'), { context: CONTEXT });

  // Saved by who may not write lamps, the rule raises its alarm and writes nothing.
  for (const rule of [dark, full]) {
    const { status, body } = await host.ask('POST', '/rules', rule, steward);
    assert.equal(status, 201, JSON.stringify(body));
  }
  await client.batchUpsert([lamp('low')], { update: true, context: CONTEXT });
  const [alarm = ''] = await eventually('the alarm', () => (urns.length > 0 ? urns : undefined));
  await eventually('the end of its writes', async () => {
    const { rows } = await db.query<{ count: number }>({ text: 'SELECT count(*)::int AS count FROM rules.write' });
    return rows[0]?.count === 0 || undefined;
  });
  const circuit = async () =>
    (await client.retrieveEntity<{ circuit?: string }>(LAMP, { format: 'simplified', context: CONTEXT }))?.circuit;
  assert.equal(await circuit(), undefined);

  // Explanations show what it reads only to who may read that.
  const paths = [`${RULES}dark/explain?entity=${LAMP}`, `/rules/explain?alarm=${alarm}`];
  for (const path of paths) {
    const seen = await host.ask('GET', path, undefined, whole);
    assert.equal(seen.status, 200, JSON.stringify(seen.body));
    assert.match(JSON.stringify(seen.body), /"value":"low"/, path);
    const hidden = await host.ask('GET', path, undefined, outlines);
    assert.equal(hidden.status, 200, JSON.stringify(hidden.body));
    assert.deepEqual(hidden.body.hidden, ['powerState']);
    const { rule: _rule, ...rest } = hidden.body; // the rule itself says what it compares with
    assert.ok(!JSON.stringify(rest).includes('low'), JSON.stringify(rest));
    for (const headers of [thil, {}]) assert.equal((await host.ask('GET', path, undefined, headers)).status, 404);
  }

  // Rules are seen by who may read what they are about; what anyone may read opens none to strangers.
  const listed = async (headers: Readonly<Record<string, string>>) => {
    const { body } = await host.ask('GET', '/rules', undefined, headers);
    return (body.rules as { rule: RuleDocument }[]).map(({ rule }) => rule.id.slice(RULES.length - 7));
  };
  assert.deepEqual(await listed(administrator), ['dark', 'full']);
  assert.deepEqual(await listed(whole ?? {}), ['dark', 'full']);
  assert.deepEqual(await listed(thil ?? {}), ['full']);
  assert.deepEqual(await listed({}), []);
  const period = { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' };
  for (const headers of [thil, {}]) {
    for (const path of ['', '/versions']) {
      assert.equal((await host.ask('GET', `${RULES}dark${path}`, undefined, headers)).status, 404, path);
    }
    assert.equal((await host.ask('POST', `${RULES}dark/backtest`, period, headers)).status, 404);
    const draft = { rule: { ...dark, id: 'urn:ngsi-ld:Rule:draft' }, ...period };
    assert.equal((await host.ask('POST', '/rules/backtest', draft, headers)).status, 404);
  }
  const work = { scope: '/Villerupt', from: '2026-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z', reason: 'works' };
  for (const about of [{ types: ['Streetlight'] }, { entities: [LAMP] }]) {
    assert.equal((await host.ask('POST', '/rules/maintenance', { ...work, ...about }, steward)).status, 201);
  }
  const windows = async (headers: Readonly<Record<string, string>> | undefined) =>
    (await host.ask('GET', '/rules/maintenance', undefined, headers)).body.maintenance.length;
  assert.deepEqual([await windows(administrator), await windows(thil), await windows({})], [2, 0, 0]);

  // Saved by an administrator, who may write lamps, it writes.
  await host.ask('PUT', `${RULES}dark`, { ...dark, severity: 'high' }, administrator);
  await client.batchUpsert([lamp('ok')], { update: true, context: CONTEXT });
  await client.batchUpsert([lamp('low')], { update: true, context: CONTEXT });
  await eventually('the attribute that the rule writes', async () => (await circuit()) === 'checked' || undefined);
});
