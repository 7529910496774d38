import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testDatabases } from '@alzette/broker/test-support';
import type { Vouched } from '../src/contract/contract.ts';
import { citizenOf, packDocuments, startProcedureHost } from './support/procedure-host.ts';

const AT = '2026-12-01T08:00:00.000Z';
const NAMES = { fr: 'Vous', en: 'You', de: 'Sie', lb: 'Dir' };
const OWN = '/citizen/v1/procedures/account';

test('what a provider vouches for replaces what was written, and the dossiers of a person are on any device', async (t) => {
  const db = await testDatabases()[0]?.open();
  assert.ok(db);
  const vouched = new Map<string, Vouched>();
  const host = await startProcedureHost(t, db, {
    access: 'enforced',
    jobs: true,
    ports: { vouched: { of: async (person: string) => vouched.get(person) } },
  });
  const tenant = { 'ngsild-tenant': 'accounts' };
  const as = async (sub: string, roles: readonly string[] = []) => ({
    ...tenant,
    authorization: await host.authorizationOf({ sub, roles }),
  });
  const root = await as('root', ['administrator']);
  const badge = packDocuments('procedures').get('recycling-badge') as { form: { sections: readonly object[] } };
  const fields = [
    { id: 'born', kind: 'date', label: NAMES, required: true, autocomplete: 'bday', personal: { purpose: NAMES } },
    { id: 'nick', kind: 'text', label: NAMES },
  ];
  const form = { sections: [{ id: 'you', title: NAMES, fields }] };
  const { place: _place, ...rest } = { ...badge, place: undefined };
  const states = [
    { id: 'received', name: NAMES, kind: 'open', actions: [{ id: 'end', name: NAMES, to: 'done' }] },
    { id: 'done', name: NAMES, kind: 'done', actions: [] },
  ];
  const saved = await host.ask('PUT', '/procedures/civil', { ...rest, form, states }, root);
  assert.equal(saved.status, 200, JSON.stringify(saved.body));
  const published = await host.ask('POST', '/procedures/civil/publish', undefined, root);
  assert.equal(published.status, 200, JSON.stringify(published.body));

  const claims = { givenName: 'Angela Claire', familyName: 'DUBOIS', birthDate: '1962-08-24' };
  vouched.set('angela', { by: 'FranceConnect', at: AT, claims });
  const angela = await as('angela');
  assert.deepEqual((await host.ask('GET', OWN, undefined, angela)).body, {
    vouched: { by: 'FranceConnect', at: AT, claims },
  });
  assert.deepEqual((await host.ask('GET', OWN, undefined, await as('paul'))).body, {});
  assert.equal((await host.ask('GET', OWN, undefined, tenant)).status, 401, 'nobody is signed in');

  const applicant = { kind: 'citizen', name: 'Somebody Else', email: 'angela@example.org', phone: '0600000000' };
  const body = { version: 1, language: 'fr', applicant, answers: { born: '1990-01-01', nick: 'Angie' } };
  const sendAs = (headers: Readonly<Record<string, string>>, key: string) =>
    host.ask('POST', `${OWN}/civil/dossiers`, body, { ...headers, 'idempotency-key': key });
  const sent = await sendAs(angela, 'one');
  assert.equal(sent.status, 201, JSON.stringify(sent.body));
  assert.equal((await sendAs(angela, 'one')).body.id, sent.body.id, 'the same key sends it once');

  const marked = { by: 'FranceConnect', at: AT, fields: ['applicant.name', 'born'] };
  const desk = (await host.ask('GET', `/procedures/dossiers/${sent.body.id}`, undefined, root)).body;
  assert.deepEqual(
    [desk.applicant.name, desk.applicant.email, desk.answers, desk.vouched],
    ['Angela Claire DUBOIS', 'angela@example.org', { born: '1962-08-24', nick: 'Angie' }, marked],
  );
  // Parts that are sent later do not change it either.
  const acts = `/procedures/dossiers/${sent.body.id}/acts`;
  assert.equal((await host.ask('POST', acts, { act: 'askParts', text: 'Votre âge ?' }, root)).status, 200);
  const citizen = citizenOf(host, tenant);
  const parts = await citizen.post(`/follow/${sent.body.token}/parts`, { answers: { born: '2000-01-01', nick: 'A' } });
  assert.deepEqual([parts.status, parts.body.answers], [200, { born: '1962-08-24', nick: 'A' }]);

  // Who is signed in and vouched for by nobody, and who is not, sends what was written.
  const paul = await sendAs(await as('paul'), 'of-paul');
  const nobody = await citizen.send('civil', body.answers, { applicant });
  for (const [each, name] of [
    [paul, 'Somebody Else'],
    [nobody, 'Somebody Else'],
  ] as const) {
    const seen = (await host.ask('GET', `/procedures/dossiers/${each.body.id}`, undefined, root)).body;
    assert.deepEqual([seen.applicant.name, seen.vouched], [name, undefined]);
  }
  const ownOf = async (headers: Readonly<Record<string, string>>) =>
    (await host.ask('GET', `${OWN}/dossiers`, undefined, headers)).body.dossiers.map(
      ({ id, token }: { id: string; token: string }) => ({ id, token }),
    );
  assert.deepEqual(await ownOf(angela), [{ id: sent.body.id, token: sent.body.token }]);
  assert.deepEqual(await ownOf(await as('paul')), [{ id: paul.body.id, token: paul.body.token }]);
  assert.equal((await citizen.remove(`/follow/${sent.body.token}`)).status, 204);
  assert.deepEqual(await ownOf(angela), [], 'erased');
});
