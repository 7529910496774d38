import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freshTenant, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import sharp from 'sharp';
import { dumpOf } from '../../reports/test/support/report-host.ts';
import { citizenOf, PLACE, packDocuments, publishPack, startProcedureHost } from './support/procedure-host.ts';
import { assertReadable } from './support/readable-pdf.ts';

const ADDRESS = { text: '7 rue Pétaouchnok', commune: 'villerupt', location: PLACE };
/** Everything that the sender gave. */
const PERSONAL = /Quillefeu|Pétaouchnok|06 98 76 54 32|sarbacane|06 11 22 33 44/;

test('a request from the form to the work order, its messages, parts and decision, and nothing of it after the erasure', async (t) => {
  const db = await testDatabases()[0]?.open();
  assert.ok(db);
  const host = await startProcedureHost(t, db, { jobs: true });
  const { ask, pushed } = host;
  const headers = { 'ngsild-tenant': freshTenant() };
  await publishPack(host, headers);
  const citizen = citizenOf(host, headers);
  const act = (id: string, body: object) => ask('POST', `/procedures/dossiers/${id}/acts`, body, headers);

  const { procedures } = (await citizen.get('')).body;
  assert.equal(procedures.length, 10);
  const { form, languages, deadline } = (await citizen.get('/bin')).body;
  assert.deepEqual(languages, ['fr', 'en', 'de', 'lb']);
  assert.equal(deadline.silence, 'none');
  assert.equal(form.schema.properties.address['x-kind'], 'address');
  assert.deepEqual(form.uiSchema.elements[0].elements[1].rule.condition, {
    field: 'problem',
    is: 'equal',
    value: 'broken',
  });

  const wrong = await citizen.send('bin', { problem: 'new', persons: 50 });
  assert.equal(wrong.status, 422);
  assert.deepEqual(
    wrong.body.faults.map(({ field, text }: { field: string; text: { en: string } }) => [field, text.en]),
    [
      ['persons', 'From 1 to 20'],
      ['address', 'Fill in “Address”'],
    ],
  );
  const stray = await citizen.send('bin', { colour: 'red' });
  assert.equal(stray.status, 400);
  assert.match(stray.body.detail, /answers\.colour: got "red", expected a field of the form/);
  const abroad = await citizen.send('bin', {
    problem: 'missing',
    address: { text: 'Paris', location: { lat: 48.85, lon: 2.35 } },
  });
  assert.equal(abroad.body.faults[0].field, 'address');
  assert.equal((await citizen.send('bin', { problem: 'missing', address: ADDRESS }, { version: 7 })).status, 409);

  const picture = await sharp({ create: { width: 60, height: 40, channels: 3, background: '#357' } })
    .jpeg()
    .toBuffer();
  const photo = await citizen.upload(picture, 'image/jpeg');
  // What a condition hides is dropped: the persons of a household are asked for a new bin only.
  const answers = { problem: 'broken', part: ['lid'], persons: 3, address: ADDRESS, photo: [photo] };
  const sent = await citizen.send('bin', answers, {}, 'once');
  assert.equal(sent.status, 201, JSON.stringify(sent.body));
  const { id, token, receipt } = sent.body;
  assert.match(id, /^[0-9A-HJKMNP-TV-Z]{10}$/);
  assert.match(receipt.text.fr, /C’est un service, non une décision/);
  assert.equal(receipt.service.fr, 'Service des déchets');
  const again = await citizen.send('bin', answers, {}, 'once');
  assert.deepEqual([again.status, again.body.id], [200, id], 'the same key is the same dossier');
  assert.equal((await citizen.send('bin', { ...answers, problem: 'missing' }, {}, 'once')).status, 409);
  assert.equal((await citizen.send('bin', { ...answers, part: [] })).status, 400, 'the photo is in another dossier');

  const own = (await citizen.get(`/follow/${token}`)).body;
  assert.equal(own.answers.persons, undefined);
  assert.equal(own.state.kind, 'open');
  assert.equal((await citizen.get(`/follow/${id}.${'x'.repeat(43)}`)).status, 404, 'another token opens nothing');
  const letter = await citizen.bytes(`/follow/${token}/receipt`);
  assert.equal(letter.status, 200);
  assertReadable(letter.body, 'fr');
  assert.equal((await citizen.bytes(`/follow/${token}/decision`)).status, 404);

  const { dossiers } = (await ask('GET', '/procedures/dossiers?kind=open', undefined, headers)).body;
  assert.deepEqual(
    dossiers.map((line: { id: string; commune: string }) => [line.id, line.commune]),
    [[id, 'villerupt']],
  );
  assert.equal(
    (await act(id, { act: 'askParts', text: 'Quelle roue ? 06 11 22 33 44', fields: ['part'] })).status,
    200,
  );
  const waiting = (await citizen.get(`/follow/${token}`)).body;
  assert.equal(waiting.clock.isSuspended, true);
  assert.deepEqual(waiting.missing.fields, ['part']);
  assert.match(waiting.missing.text, /Quelle roue/);
  assert.equal(
    (await citizen.post(`/follow/${token}/parts`, { answers: { problem: 'new' } })).status,
    400,
    'not asked for',
  );
  const completed = await citizen.post(`/follow/${token}/parts`, {
    answers: { part: ['lid', 'wheel'] },
    text: 'La sarbacane',
  });
  assert.equal(completed.status, 200, JSON.stringify(completed.body));
  assert.deepEqual([completed.body.clock.isSuspended, completed.body.answers.part], [false, ['lid', 'wheel']]);
  for (const _ of [1, 2])
    await citizen.post(`/follow/${token}/messages`, { text: 'Encore la sarbacane' }, 'one-message');
  await act(id, { act: 'message', text: 'Nous passons mardi, Madame Quillefeu' });
  await act(id, { act: 'note', text: 'Client Quillefeu difficile' });
  const { events } = (await citizen.get(`/follow/${token}`)).body;
  assert.deepEqual(
    events.map((event: { act: string; by: string }) => `${event.by} ${event.act}`),
    ['sender send', 'desk askParts', 'sender parts', 'sender message', 'desk message'],
    'a message with the same key is there once; notes are for the desk',
  );

  assert.equal((await act(id, { act: 'step', action: 'refuse' })).status, 400, 'a refusal needs a reason');
  assert.equal((await act(id, { act: 'step', action: 'finish' })).status, 409, 'not in this state');
  const ordered = await act(id, { act: 'step', action: 'order' });
  assert.equal(ordered.body.state.id, 'ordered');
  const orderOf = async () =>
    (await ask('GET', `/procedures/dossiers/${id}`, undefined, headers)).body.effects[0]?.entity;
  await eventually('the work order is made', async () => (await orderOf()) !== undefined, 30_000);
  const order = (await ask('GET', `/work-orders/${encodeURIComponent(await orderOf())}`, undefined, headers)).body;
  assert.match(JSON.stringify(order), /Bac à réparer ou livrer/);
  const context = {
    ...headers,
    link: `<http://localhost:1026/contexts/Procedures/v1.jsonld>; rel="http://www.w3.org/ns/json-ld#context"`,
  };
  const entity = (
    await ask('GET', `/ngsi-ld/v1/entities/urn:ngsi-ld:ServiceCase:${id}?options=keyValues`, undefined, context)
  ).body;
  assert.deepEqual([entity.caseStatus, entity.caseStage, entity.scope], ['open', 'ordered', '/Villerupt']);
  assert.doesNotMatch(JSON.stringify(entity), PERSONAL);
  const done = await act(id, { act: 'step', action: 'finish', reason: 'Couvercle remplacé' });
  assert.deepEqual([done.body.state.kind, done.body.hasDecision, done.body.actions], ['done', true, []]);
  assertReadable((await citizen.bytes(`/follow/${token}/decision`)).body, 'fr');
  await eventually('devices are told', () => pushed.some(({ text }) => /Faite/.test(text.fr ?? '')), 30_000);
  assert.doesNotMatch(JSON.stringify(pushed), PERSONAL);

  const kept = (await citizen.get(`/follow/${token}/export`)).body;
  assert.match(JSON.stringify(kept), PERSONAL);
  assert.equal((await citizen.remove(`/follow/${token}`)).status, 204);
  assert.equal((await citizen.get(`/follow/${token}`)).status, 404);
  const left = (await ask('GET', `/procedures/dossiers/${id}`, undefined, headers)).body;
  assert.deepEqual([left.isErased, left.answers, left.state.kind], [true, {}, 'done']);
  assert.doesNotMatch(await dumpOf(db), PERSONAL);
});

test('a procedure that breaks a rule is not published, and each finding says where and what to do', async (t) => {
  const db = await testDatabases()[0]?.open();
  assert.ok(db);
  const host = await startProcedureHost(t, db);
  const headers = { 'ngsild-tenant': freshTenant() };
  const { ask } = host;
  const [bin] = [packDocuments('procedures').get('bin') as { form: { sections: { fields: object[] }[] } }];
  const form = structuredClone(bin.form);
  form.sections[1]?.fields.push(
    { id: 'iban', kind: 'iban', label: { fr: 'IBAN' } },
    { id: 'colour', kind: 'oneOf', label: { fr: 'Couleur' }, options: [{ value: 'red', label: { fr: 'Rouge' } }] },
    { id: 'later', kind: 'text', label: { fr: 'Suite' }, when: { field: 'nothing', is: 'filled' } },
  );
  const states = [
    { id: 'received', name: { fr: 'Reçue' }, kind: 'open', actions: [] },
    { id: 'lost', name: { fr: 'Perdue' }, kind: 'done', actions: [] },
  ];
  const { appeal: _appeal, ...broken } = {
    ...bin,
    form,
    states,
    deadline: { amount: 2, unit: 'months', silence: 'refusal', resume: 'continue' },
  } as Record<string, unknown>;
  assert.equal((await ask('PUT', '/procedures/broken', broken, headers)).status, 200, 'a draft may be wrong');
  const refused = await ask('POST', '/procedures/broken/publish', undefined, headers);
  assert.equal(refused.status, 422);
  const found = refused.body.findings.map(({ at, rule }: { at: string; rule: string }) => `${at} ${rule}`);
  assert.deepEqual(found.sort(), [
    'appeal CRPA R112-5',
    'deadline.silence workflow',
    'form.colour.options RGAA 11.6',
    'form.iban.example RGAA 11.10',
    'form.iban.personal RGPD',
    'form.later.when form',
    'states.lost workflow',
    'states.received workflow',
  ]);
  assert.match(refused.body.detail, /form\.iban\.example: Give an example of the expected form \(RGAA 11\.10\)/);
  assert.equal((await citizenOf(host, headers).get('/broken')).status, 404, 'nobody sees a draft');

  await ask('PUT', '/procedures/bin', bin, headers);
  await ask('POST', '/procedures/bin/publish', undefined, headers);
  await ask('PUT', '/procedures/bin', { ...bin, title: { fr: 'Deux' } }, headers);
  const two = (await ask('GET', '/procedures/bin', undefined, headers)).body;
  assert.deepEqual(
    two.versions.map(({ version, state }: { version: number; state: string }) => `${version} ${state}`),
    ['2 draft', '1 published'],
  );
  assert.equal((await citizenOf(host, headers).get('/bin')).body.version, 1, 'citizens see the published one');
  const { processing } = (await ask('GET', '/procedures/register', undefined, headers)).body;
  assert.deepEqual(
    processing.map((entry: { procedure: string; fields: { id: string; keepDays: number }[] }) => [
      entry.procedure,
      entry.fields.map(({ id, keepDays }) => `${id} ${keepDays}`),
    ]),
    [['bin', ['persons 60', 'address 365', 'photo 60']]],
    'the register names each procedure by itself',
  );
  assert.equal((await ask('DELETE', '/procedures/bin', undefined, headers)).status, 204);
  assert.equal((await citizenOf(host, headers).get('/bin')).status, 404);
});
