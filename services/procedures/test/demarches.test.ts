import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freshTenant, testDatabases } from '@alzette/broker/test-support';
import { startDemarchesServer, TOKEN } from './support/demarches-server.ts';
import { publishPack, startProcedureHost } from './support/procedure-host.ts';

const FIELDS = {
  reason: 'Votre demande',
  user: 'Q2hhbXAtMg==', // by its id
  address: 'Adresse',
  proof: 'Justificatif de domicile',
  siret: 'SIRET',
  waste: 'Déchets',
};

test('open dossiers of Démarches simplifiées are taken over once, and what its server does wrong is told', async (t) => {
  const db = await testDatabases()[0]?.open();
  assert.ok(db);
  const host = await startProcedureHost(t, db, { jobs: true, settings: { OUTGOING: '127.0.0.0/8' } });
  const { ask } = host;
  const headers = { 'ngsild-tenant': freshTenant() };
  await publishPack(host, headers);
  const { url, state } = await startDemarchesServer(t);
  const wish = { url, token: TOKEN, number: 4242, procedure: 'recycling-badge', fields: FIELDS };
  const take = (change: object = {}) => ask('POST', '/procedures/demarches', { ...wish, ...change }, headers);
  const count = async () => (await ask('GET', '/procedures/dossiers', undefined, headers)).body.count;

  // What it does wrong: nothing is stored.
  assert.match((await take({ token: 'old' })).body.detail, /it refuses the token \(HTTP 401\)/);
  for (const [misbehaves, told] of [
    ['html', /its answer is no JSON/],
    ['error', /Demarche not found/],
    ['silent', /abort|timeout/i],
    [{ pauses: 9 }, /it answered HTTP 429/],
  ] as const) {
    state.misbehaves = misbehaves;
    const { status, body } = await take({ waitS: 1 });
    assert.equal(status, 502, JSON.stringify(body));
    assert.match(body.detail, told);
  }
  state.misbehaves = undefined;
  assert.match((await take({ number: 1 })).body.detail, /it answered HTTP 404/);
  const unknown = await take({ fields: { ...FIELDS, colour: 'Couleur' } });
  assert.match(unknown.body.detail, /fields\.colour: got "Couleur", expected one of reason, oldBadge/);
  assert.equal((await take({ procedure: 'nothing' })).status, 404);
  assert.equal(await count(), 0);

  // It asks for two pauses; one dossier has another option, one a file that has changed, one is of an older revision.
  state.misbehaves = { pauses: 2 };
  const first = await take();
  assert.equal(first.status, 200, JSON.stringify(first.body));
  const { refused, ...counts } = first.body;
  const { dossiers } = (await ask('GET', '/procedures/dossiers', undefined, headers)).body;
  const ofCompany = dossiers.find(({ sentAt }: { sentAt: string }) => sentAt.startsWith('2026-11-23'));
  assert.deepEqual(counts, { taken: 2, present: 0, deleted: [{ number: 104, id: ofCompany.id }] });
  assert.deepEqual(
    refused.map(({ number }: { number: number }) => number),
    [102, 103, 90],
  );
  assert.match(refused[0].reasons[0], /reason: “Un badge en or” is none of its options/);
  assert.match(refused[1].reasons[0], /autre\.pdf is not what its checksum says/);
  assert.match(refused[2].reasons.join(), /address: .*Adresse/);

  const { body: dossier } = await ask('GET', `/procedures/dossiers/${ofCompany.id}`, undefined, headers);
  const { proof, ...answers } = dossier.answers;
  assert.deepEqual(answers, {
    reason: 'first',
    user: 'company',
    siret: '73282932000074',
    waste: ['wood', 'rubble'],
    address: {
      text: '1 place de la Mairie 54190 Villerupt',
      commune: 'villerupt',
      location: { lat: 49.4703, lon: 5.9312 },
    },
  });
  assert.equal(proof.length, 1);
  assert.deepEqual(
    [dossier.applicant.kind, dossier.applicant.name, dossier.applicant.email],
    ['company', 'Boulangerie du Parc', 'pain@example.org'],
  );
  assert.equal(dossier.commune, 'villerupt');
  assert.equal(dossier.clock.dueAt, '2026-12-09', 'the fifteen days run from the day after it was sent there');
  assert.deepEqual(
    dossier.events.map(({ act, text }: { act: string; text?: string }) => [act, text]),
    [
      ['send', undefined],
      ['note', 'Démarches simplifiées n° 104, en_instruction'],
    ],
  );

  const again = await take();
  assert.deepEqual([again.body.taken, again.body.present, await count()], [0, 2, 2]);

  // A server that gives the same page for ever.
  state.misbehaves = 'loop';
  state.asked = 0;
  assert.equal((await take()).status, 200);
  assert.ok(state.asked < 10, `${state.asked} questions`);
});
