import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testDatabases } from '@alzette/broker/test-support';
import { demoFolder, readTerritory } from '@alzette/territory';
import { citizenOf, startReportHost } from './support/report-host.ts';

/** Visibility at the desk: by commune, and by the organisation that a report is assigned to. */
test('an agent sees and moderates reports of their commune, a contractor those assigned to them', async (t) => {
  const db = await testDatabases()[0]?.open();
  assert.ok(db);
  const host = await startReportHost(t, db, { access: 'enforced', jobs: true });
  const { ask, authorizationOf } = host;
  const root = { authorization: await authorizationOf({ sub: 'root', roles: ['administrator'] }) };
  const policy = async (role: string, more: object) => {
    const body = { id: role, who: { roles: [role] }, may: ['read', 'write'], types: ['ServiceRequest'], ...more };
    const context = {
      link: `<${host.publicUrl}/contexts/Reports/v1.jsonld>; rel="http://www.w3.org/ns/json-ld#context"`,
    };
    const made = await ask('POST', '/ops/access/policies', body, { ...root, ...context });
    assert.equal(made.status, 201, JSON.stringify(made.body));
  };
  await policy('desk-of-thil', { scopeQ: '/Thil/#' });
  await policy('desk-of-all', {});
  await policy('contractor', { scopeQ: '/{organisation}/#' });
  await policy('onlooker', { may: ['read'] });
  const as = async (sub: string, role: string, organisation?: string) => {
    const headers = {
      authorization: await authorizationOf({ sub, roles: [role], ...(organisation && { organisation }) }),
    };
    return {
      get: (path: string) => ask('GET', `/reports${path}`, undefined, headers),
      post: (path: string, body: object) => ask('POST', `/reports${path}`, body, headers),
      act: (id: string, act: object) => ask('POST', `/reports/${id}/acts`, act, headers),
      ids: async () =>
        (await ask('GET', '/reports', undefined, headers)).body.reports.map(({ id }: { id: string }) => id).sort(),
    };
  };
  const [agent, community, contractor, onlooker] = [
    await as('a', 'desk-of-thil'),
    await as('b', 'desk-of-all'),
    await as('c', 'contractor', 'Lumieres'),
    await as('d', 'onlooker'),
  ];
  await ask('PUT', '/reports/settings', { proofBits: 0 }, root);
  const citizen = citizenOf(host, '');
  const placeIn = (slug: string) => {
    const [lon = 0, lat = 0] = readTerritory(demoFolder()).communes.find((each) => each.slug === slug)?.center ?? [];
    return { lat, lon };
  };
  const contact = { name: 'Ada Lovelace', email: 'ada@example.org' };
  const report = async (slug: string) =>
    (await citizen.report({ location: placeIn(slug), contact, description: 'La plaque AB-123-CD' })).body.id;
  const [inThil, inVillerupt, given] = [await report('thil'), await report('villerupt'), await report('villerupt')];
  assert.equal((await community.act(given, { act: 'assign', organisation: 'Lumieres' })).status, 200);

  assert.deepEqual(await agent.ids(), [inThil]);
  assert.deepEqual(await community.ids(), [inThil, inVillerupt, given].sort());
  assert.deepEqual(await contractor.ids(), [given]);

  const { body: own } = await agent.get(`/${inThil}`);
  assert.deepEqual(
    [own.report.mayAct, own.report.mayModerate, own.report.words.text],
    [true, true, 'La plaque AB-123-CD'],
  );
  assert.equal((await agent.get(`/${inVillerupt}`)).status, 404);
  assert.equal((await agent.act(inVillerupt, { act: 'accept' })).status, 404);
  assert.equal((await agent.act(inThil, { act: 'accept' })).status, 200);
  assert.equal((await agent.act(inThil, { act: 'merge', into: inVillerupt })).status, 404);

  // A contractor works on its assigned reports, and sees only their published content.
  const { body: work } = await contractor.get(`/${given}`);
  assert.deepEqual([work.report.mayAct, work.report.mayModerate, work.report.words], [true, false, {}]);
  for (const act of [
    { act: 'accept' },
    { act: 'hide', reason: 'x' },
    { act: 'assign', assignee: 'me' },
    { act: 'categorise', category: 'tree' },
  ]) {
    assert.equal((await contractor.act(given, act)).status, 403, act.act);
  }
  assert.equal((await contractor.act(given, { act: 'status', status: 'inProgress' })).status, 200);
  assert.equal((await community.act(given, { act: 'accept', text: 'La plaque est levée' })).status, 200);
  assert.equal((await contractor.get(`/${given}`)).body.report.publicText, 'La plaque est levée');
  assert.deepEqual((await onlooker.get(`/${given}`)).body.report.words, {});
  assert.equal((await onlooker.act(given, { act: 'note', text: 'x' })).status, 403);

  const contactsOf = async (id: string) =>
    Promise.all([agent, community, contractor, onlooker].map(async ({ get }) => (await get(`/${id}/contact`)).status));
  assert.deepEqual(await contactsOf(inThil), [200, 200, 404, 403]);
  assert.deepEqual(await contactsOf(given), [404, 200, 403, 403]);
  assert.deepEqual((await community.get(`/${given}/contact`)).body.contact, contact);

  const statistics = async ({ get }: typeof agent) => {
    const { all, communes, delays } = (await get('/statistics')).body;
    const young = delays[0].open + delays[0].closed;
    return [all.received, young, communes.map(({ commune }: { commune: string }) => commune).sort()];
  };
  assert.deepEqual(await statistics(agent), [1, 1, ['thil']]);
  assert.deepEqual(await statistics(community), [3, 3, ['thil', 'villerupt']]);
  assert.deepEqual(await statistics(contractor), [1, 1, ['villerupt']]);

  const byTelephone = (slug: string) => ({
    category: 'pothole',
    location: placeIn(slug),
    description: 'Par téléphone',
  });
  assert.equal((await agent.post('', byTelephone('villerupt'))).status, 403);
  assert.equal((await contractor.post('', byTelephone('thil'))).status, 403);
  assert.equal((await agent.post('', byTelephone('thil'))).status, 201);
});
