import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freshTenant, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import sharp from 'sharp';
import type { Transfer } from '../src/contract/contract.ts';
import { citizenOf, PLACE, publishPack, startProcedureHost } from './support/procedure-host.ts';

const ADDRESS = { text: '7 rue Pétaouchnok', commune: 'villerupt', location: PLACE };

test('dossiers move to another installation in one file, and nothing of them differs', async (t) => {
  const db = await testDatabases()[0]?.open();
  assert.ok(db);
  const host = await startProcedureHost(t, db, { jobs: true });
  const { ask, pushed } = host;
  const [here, there] = [freshTenant(), freshTenant()].map((tenant) => ({ 'ngsild-tenant': tenant }));
  assert.ok(here && there);
  await publishPack(host, here);
  const citizen = citizenOf(host, here);
  const act = (id: string, body: object) => ask('POST', `/procedures/dossiers/${id}/acts`, body, here);
  const asking = (email: string) => ({
    applicant: { kind: 'citizen', name: 'Anke Weber', phone: '0600000000', email },
  });

  const pdf = Buffer.from('%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF');
  const picture = await sharp({ create: { width: 60, height: 40, channels: 3, background: '#357' } })
    .jpeg()
    .toBuffer();
  // Decided, with a picture, parts that were asked for, an effect and a message with a file.
  const answers = {
    problem: 'broken',
    part: ['lid'],
    address: ADDRESS,
    photo: [await citizen.upload(picture, 'image/jpeg')],
  };
  const bin = (await citizen.send('bin', answers, asking('bin@example.org'))).body;
  await act(bin.id, { act: 'askParts', text: 'Quel côté ?', fields: ['part'] });
  await citizen.post(`/follow/${bin.token}/parts`, { answers: { part: ['wheel'] }, text: 'Le gauche' });
  const said = { text: 'Voici', files: [await citizen.upload(pdf, 'application/pdf')] };
  assert.equal((await citizen.post(`/follow/${bin.token}/messages`, said)).status, 200);
  await act(bin.id, { act: 'assign', assignee: 'claude' });
  await act(bin.id, { act: 'step', action: 'order' });
  const effects = async () => (await ask('GET', `/procedures/dossiers/${bin.id}`, undefined, here)).body.effects;
  await eventually('it is ordered', async () => (await effects()).length > 0, 60_000);
  // Booked, with rows; one refused; one whose parts are missing; one erased.
  const [slot] = (await citizen.get('/slots/bulky-waste')).body.slots;
  const bulky = { objects: [{ thing: 'sofa', count: 1 }], address: ADDRESS, slot: { slot: slot.id } };
  assert.equal((await citizen.send('bulky-waste', bulky, asking('bulky@example.org'))).status, 201);
  const refused = (await citizen.send('bin', { problem: 'missing', address: ADDRESS })).body;
  await act(refused.id, { act: 'step', action: 'refuse', reason: 'Il est là' });
  const waiting = (await citizen.send('bin', { problem: 'missing', address: ADDRESS })).body;
  await act(waiting.id, { act: 'askParts', text: 'Où ?', fields: ['address'] });
  const erased = (await citizen.send('bin', { problem: 'missing', address: ADDRESS })).body;
  assert.equal((await citizen.remove(`/follow/${erased.token}`)).status, 204);

  const exported = await ask('GET', '/procedures/transfer', undefined, here);
  assert.equal(exported.status, 200, JSON.stringify(exported.body).slice(0, 400));
  const file: Transfer = exported.body;
  assert.equal(file.dossiers.length, 5);
  assert.deepEqual(file.procedures.map(({ id }) => id).sort(), ['bin', 'bulky-waste'], 'only those that are needed');
  assert.deepEqual(
    file.resources.map(({ id }) => id),
    ['bulky-waste'],
  );
  assert.doesNotMatch(JSON.stringify(file), new RegExp(bin.token), 'the link is not in it');
  const [first] = file.dossiers;
  assert.deepEqual(
    first?.files.map(({ name, type }) => [name, type]),
    [
      ['file-1', 'image/jpeg'],
      ['file-2', 'application/pdf'],
    ],
  );
  assert.deepEqual(first?.sender?.answers.photo, ['file-1']);
  assert.equal(first?.events.find(({ text }) => text === 'Voici')?.files?.[0], 'file-2');
  assert.equal(first?.events[first.effects[0]?.event ?? -1]?.act, 'step');

  const told = pushed.length;
  const stored = await ask('POST', '/procedures/transfer', file, there);
  assert.deepEqual([stored.status, stored.body], [200, { dossiers: 5, present: 0, procedures: 2 }]);
  const again = await ask('POST', '/procedures/transfer', file, there);
  assert.deepEqual(again.body, { dossiers: 0, present: 5, procedures: 0 }, 'a repetition changes nothing');
  const back: Transfer = (await ask('GET', '/procedures/transfer', undefined, there)).body;
  // A photo is stored as any other: its bytes are new, its picture is the same.
  assert.deepEqual(withoutPictures(back), withoutPictures(file));
  const [sent, got] = await Promise.all([file, back].map(pictureOf));
  assert.deepEqual([got?.width, got?.height], [60, 40]);
  assert.ok(Math.abs((sent?.blue ?? 0) - (got?.blue ?? 99)) < 4);
  assert.equal(pushed.length, told, 'nobody is told of it');

  const copied = (await ask('GET', `/procedures/dossiers/${bin.id}`, undefined, there)).body;
  const original = (await ask('GET', `/procedures/dossiers/${bin.id}`, undefined, here)).body;
  assert.deepEqual([copied.state, copied.clock, copied.assignee], [original.state, original.clock, 'claude']);
  const free = (await citizenOf(host, there).get('/slots/bulky-waste')).body.slots[0];
  assert.equal(free.free, 12 - 1.5, 'the booking takes its place there, too');

  const otherText = {
    ...file,
    procedures: file.procedures.map((each) => ({ ...each, document: { ...each.document, missingPartsDays: 3 } })),
  };
  assert.equal((await ask('POST', '/procedures/transfer', otherText, there)).status, 409);
  const stray = { ...file, dossiers: [{ ...file.dossiers[0], id: 'K7Q2M9XD4T', commune: 'nowhere' }] };
  const wrong = await ask('POST', '/procedures/transfer', stray, there);
  assert.match(wrong.body.detail, /dossiers\.K7Q2M9XD4T\.commune: got "nowhere"/);
});

function withoutPictures({ dossiers, ...file }: Transfer): unknown {
  return {
    ...file,
    dossiers: dossiers.map((each) => ({
      ...each,
      files: each.files.map(({ content, ...about }) => (about.type === 'image/jpeg' ? about : { ...about, content })),
    })),
  };
}

async function pictureOf({ dossiers }: Transfer) {
  const picture = sharp(Buffer.from(dossiers[0]?.files[0]?.content ?? '', 'base64'));
  const { width, height } = await picture.metadata();
  const { channels } = await picture.stats();
  return { width, height, blue: channels[2]?.mean };
}
