import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newDatabase } from '@alzette/broker/test-support';
import { startServiceHost } from '../../../platform/test/support/service-host.ts';
import { waste } from '../src/service.ts';

const CONTEXT = 'http://localhost:1026/contexts/territory/v1.jsonld';
const CONTAINER = 'https://smartdatamodels.org/dataModel.WasteManagement/WasteContainer';
const PARKING = 'https://smartdatamodels.org/dataModel.Parking/OffStreetParking';
const LEVEL = 'https://smartdatamodels.org/dataModel.WasteManagement/fillingLevel';
const ROUND = 'https://uri.etsi.org/ngsi-ld/default-context/WasteCollectionRound';

const idOf = (commune: string, n: number) => `urn:ngsi-ld:WasteContainer:${commune}${n}`;
const POLICIES = {
  villerupt: {
    who: { roles: ['villerupt'] },
    may: ['read', 'write'],
    types: [CONTAINER, ROUND],
    scopeQ: '/Villerupt/#',
  },
  thil: { who: { roles: ['thil'] }, may: ['read', 'write'], types: [CONTAINER, ROUND], scopeQ: '/Thil/#' },
  reader: { who: { roles: ['reader'] }, may: ['read'], types: [CONTAINER] },
  // The right to write something else.
  gates: { who: { roles: ['gates'] }, may: ['read', 'write'], types: [PARKING] },
  gatesRead: { who: { roles: ['gates'] }, may: ['read'], types: [CONTAINER] },
  outlines: { who: { roles: ['outlines'] }, may: ['read'], types: [CONTAINER], exceptAttributes: [LEVEL] },
  public: { who: { anyone: true }, may: ['read'], types: [PARKING] },
};

test('rounds belong to those who may write their containers, also when their driver works', async (t) => {
  const db = await newDatabase();
  const host = await startServiceHost(t, db, [waste], {
    ports: { push: { send: async () => {} } },
    access: 'enforced',
  });
  t.after(() => db.close());
  const as = async (role: string) => ({ authorization: await host.authorizationOf({ sub: role, roles: [role] }) });
  const administrator = await as('administrator');
  for (const [id, policy] of Object.entries(POLICIES)) {
    const { status, body } = await host.ask('PUT', `/ops/access/policies/${id}`, policy, administrator);
    assert.ok(status < 300, JSON.stringify(body));
  }
  for (const [scope, commune] of [
    ['/Villerupt', 'villerupt'],
    ['/Thil', 'thil'],
  ] as const) {
    const containers = [1, 2].map((n) => ({
      id: idOf(commune, n),
      type: 'WasteContainer',
      scope,
      name: { type: 'Property', value: `${commune} ${n}` },
      location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [5.92 + n * 0.004, 49.47] } },
      storedWasteKind: { type: 'Property', value: ['glass'] },
      fillingLevel: { type: 'Property', value: 0.9 },
    }));
    await host.broker.client.batchUpsert(containers, { context: CONTEXT });
  }
  const [villerupt, thil, reader, gates, outlines] = await Promise.all(
    ['villerupt', 'thil', 'reader', 'gates', 'outlines'].map(as),
  );
  const emptiedAt = async (id: string) => {
    const options = { context: CONTEXT, format: 'simplified' } as const;
    return (await host.broker.client.retrieveEntity<{ dateLastEmptying?: string }>(id, options))?.dateLastEmptying;
  };
  const keep = { by: 'all', keep: true };

  assert.equal((await host.ask('POST', '/waste/rounds', keep, gates)).status, 403, 'not their containers');
  const made = await host.ask('POST', '/waste/rounds', keep, villerupt);
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const [{ id, driverPage }] = made.body.kept;
  const entity = await host.ask('GET', `/ngsi-ld/v1/entities/urn:ngsi-ld:WasteCollectionRound:${id}`, undefined, {
    ...villerupt,
  });
  assert.equal(entity.status, 200);
  assert.equal(entity.body.scope, '/Villerupt');

  // Others see no round and take no link over.
  for (const [who, headers] of Object.entries({ thil, outlines })) {
    assert.deepEqual((await host.ask('GET', '/waste/rounds', undefined, headers)).body.rounds, [], who);
    for (const path of ['', '/gpx']) {
      assert.equal((await host.ask('GET', `/waste/rounds/${id}${path}`, undefined, headers)).status, 404, who);
    }
  }
  assert.equal((await host.ask('POST', `/waste/rounds/${id}/driver-page`, {}, thil)).status, 404);
  assert.equal((await host.ask('POST', `/waste/rounds/${id}/driver-page`, {}, gates)).status, 403);
  const seen = await host.ask('GET', `/waste/rounds/${id}`, undefined, reader);
  assert.equal(seen.status, 200);
  assert.deepEqual(
    Object.keys(seen.body).filter((name) => /author|link|secret/i.test(name)),
    [],
  );
  assert.equal((await host.ask('GET', driverPage)).status, 200, 'the first link is still the driver’s');
  // What anyone may read opens no desk.
  for (const path of ['/waste/rounds', '/waste/containers']) {
    const { body } = await host.ask('GET', path);
    assert.ok(!/villerupt|thil/.test(JSON.stringify(body)), path);
  }
  for (const headers of [{}, reader, gates]) {
    assert.equal((await host.ask('GET', '/waste/settings', undefined, headers)).status, 404);
  }
  assert.equal((await host.ask('GET', '/waste/settings', undefined, villerupt)).status, 200);
  assert.equal((await host.ask('POST', '/waste/simulations', {}, reader)).status, 403, 'a reader simulates nothing');

  // The driver writes as long as the maker of the link may.
  const act = (at: string) => ({ acts: [{ stop: idOf('villerupt', 1), state: 'done', note: '', at }] });
  assert.equal((await host.ask('POST', `${driverPage}/acts`, act('2026-01-05T06:00:00Z'))).status, 200);
  assert.equal(Date.parse((await emptiedAt(idOf('villerupt', 1))) ?? ''), Date.parse('2026-01-05T06:00:00Z'));
  const { types, ...withoutTypes } = POLICIES.villerupt;
  await host.ask('PUT', '/ops/access/policies/villerupt', { ...withoutTypes, may: ['read'], types }, administrator);
  for (const path of ['', '/round']) assert.equal((await host.ask('GET', driverPage + path)).status, 404, path);
  assert.equal((await host.ask('POST', `${driverPage}/acts`, act('2026-01-06T06:00:00Z'))).status, 404);
  assert.equal(Date.parse((await emptiedAt(idOf('villerupt', 1))) ?? ''), Date.parse('2026-01-05T06:00:00Z'));

  const { entries } = (await host.ask('GET', '/ops/audit?limit=100', undefined, administrator)).body;
  const acts = (entries as { actor: string; action: string; outcome: string }[])
    .filter(({ action, object }: { action: string; object?: string }) => /waste/.test(`${action} ${object}`))
    .map(({ actor, action, outcome }) => `${actor} ${action} ${outcome}`);
  assert.deepEqual(
    acts.toSorted(),
    [
      'token:gates POST refused',
      'token:gates waste.keep-rounds refused',
      'token:thil POST failed',
      'token:villerupt waste.drive done',
      'token:villerupt waste.drive refused',
      'token:villerupt waste.keep-rounds done',
    ].toSorted(),
    JSON.stringify(acts),
  );
});
