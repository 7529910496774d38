import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { freshTenant, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { startMailServer } from '../../channels/test/support/mail-server.ts';
import { citizenOf, fileOf, PLACE, startReportHost } from './support/report-host.ts';

const ROAD = {
  name: { fr: 'Route départementale' },
  description: { fr: 'Routes « D »' },
  group: { fr: 'Voirie' },
  icon: 'highway',
  competence: 'department',
  promisedDays: 30,
  duplicateRadius: 50,
  contact: { name: 'Département de la Moselle', url: 'https://moselle.example' },
  contacts: [{ communes: ['villerupt', 'thil'], name: 'Meurthe-et-Moselle', email: 'routes@example.org' }],
};
/** In Metz the partner has a system of its own. */
const OPEN311 = { serviceCode: '12', jurisdiction: 'metz.example' };
const IN_AUMETZ = { lat: 49.418, lon: 5.9433 };

test('What is the task of others', async (t) => {
  const db = await testDatabases()[0]?.open();
  assert.ok(db);
  let isAway = false;
  const mail = await startMailServer(t, () => (isAway ? 450 : undefined));
  const host = await startReportHost(t, db, { jobs: true, settings: mail.settings });
  const tenant = freshTenant();
  const headers = { 'ngsild-tenant': tenant };
  const ask = (method: 'GET' | 'PUT' | 'POST', path: string, body?: object) => host.ask(method, path, body, headers);
  await ask('PUT', '/reports/settings', { proofBits: 0 });
  assert.equal((await ask('PUT', '/reports/categories/department-road', ROAD)).status, 200);
  const citizen = citizenOf(host, tenant);
  const report = (more: object) => citizen.report({ category: 'department-road', ...more });
  const passOn = (id: string, more: object = {}) =>
    ask('POST', `/reports/${id}/acts`, { act: 'passOn', text: 'Un trou […]', ...more });

  await t.test('each commune has its contact, whose address nobody is told', async () => {
    const { categories } = (await citizen.get('/categories')).body;
    const { contact, contacts, isOurs } = categories.find(({ code }: { code: string }) => code === 'department-road');
    assert.deepEqual(
      [contact, contacts, isOurs],
      [
        { ...ROAD.contact, isPassedOn: false },
        [{ name: 'Meurthe-et-Moselle', communes: ['villerupt', 'thil'], isPassedOn: true }],
        false,
      ],
    );
    const refused = await report({ location: IN_AUMETZ });
    assert.equal(refused.status, 422);
    assert.match(refused.body.detail, /contact Département de la Moselle, https:\/\/moselle\.example$/);
  });

  await t.test('what the desk chooses is passed on once, and its author is told to whom and when', async () => {
    const photos = [await citizen.photo(), await citizen.photo(70)];
    const sent = (await report({ description: 'Un trou, 06 12 34 56 78', photos, contact: { name: 'Eve Martin' } }))
      .body;
    assert.equal(sent.promisedAt, undefined, 'nobody promises what others do');
    assert.equal((await passOn(sent.id, { photos: ['0'.repeat(32)] })).status, 400);
    isAway = true;
    assert.equal((await passOn(sent.id, { photos: [fileOf(photos[0] ?? '')] })).status, 200);
    assert.equal((await passOn(sent.id)).status, 409, 'it is on its way');
    const waiting = (await citizen.get(`/follow/${sent.token}`)).body;
    assert.deepEqual(
      [waiting.status, waiting.passedOn.to, waiting.passedOn.at],
      ['open', 'Meurthe-et-Moselle', undefined],
    );
    isAway = false;
    const passed = await eventually(
      'it is passed on',
      async () => {
        const { body } = await citizen.get(`/follow/${sent.token}`);
        return body.passedOn.at !== undefined && body;
      },
      90_000,
    );
    const letters = mail.letters.filter(({ to }) => to === 'routes@example.org');
    assert.equal(letters.length, 1);
    const [letter] = letters;
    assert.match(letter?.messageId ?? '', new RegExp(`^<passed-on:${sent.id}:\\d+@`));
    assert.equal(letter?.text.match(/filename=photo-/g)?.length, 1);
    assert.doesNotMatch(letter?.text ?? '', /06 12|Martin/);
    assert.deepEqual([passed.status, passed.isOpen], ['notOurs', false]);
    const last = passed.timeline.at(-1);
    assert.deepEqual([last.act, last.text], ['passedOn', 'Meurthe-et-Moselle']);
    const { journal } = (await ask('GET', `/reports/${sent.id}`)).body;
    const { text, detail, audience } = journal.find(({ act }: { act: string }) => act === 'passOn');
    assert.deepEqual(
      [text, detail.to, detail.email, detail.photos.length, audience],
      ['Un trou […]', 'Meurthe-et-Moselle', 'routes@example.org', 1, 'desk'],
    );
    assert.equal((await passOn(sent.id)).status, 409, 'it is closed');
  });

  await t.test('nothing is passed on without an address', async () => {
    const { id } = (await citizen.report({ category: 'pothole' })).body;
    const { status, body } = await passOn(id);
    assert.equal(status, 409);
    assert.match(body.detail, /category: “pothole” has no contact with an e-mail address or Open311 in villerupt/);
  });

  await t.test('by Open311 it arrives once, also if the answer is lost, and the number there is told', async (t) => {
    const partner = await startPartner(t);
    const open311 = { ...OPEN311, url: `${partner.url}/` };
    const contact = { name: 'Nid-de-poule.fr', open311: { ...open311, apiKey: 'a secret of ours' } };
    const category = { ...ROAD, contact, contacts: [] };
    const saved = await ask('PUT', '/reports/categories/holes', category);
    assert.deepEqual(saved.body.contact.open311, open311, 'without the key');
    assert.equal(
      (await ask('PUT', '/reports/categories/holes', { ...category, contact: saved.body.contact })).status,
      200,
    );
    const shown = (await citizen.get('/categories')).body.categories.find(
      ({ code }: { code: string }) => code === 'holes',
    );
    assert.deepEqual(shown.contact, { name: 'Nid-de-poule.fr', isPassedOn: true });

    const photo = await citizen.photo();
    const sent = (await citizen.report({ category: 'holes', description: 'Un trou', photos: [photo] })).body;
    partner.losesAnswers = true;
    const asked = await passOn(sent.id, { photos: [fileOf(photo)] });
    assert.equal(asked.status, 200, JSON.stringify(asked.body));
    const refused = (await citizen.report({ category: 'holes', description: 'Refusé' })).body;
    const number = await eventually(
      'the partner’s number is known',
      async () => (await citizen.get(`/follow/${sent.token}`)).body.passedOn?.number,
      90_000,
    );
    assert.equal(partner.requests.length, 1, 'it is not sent again');
    const [request] = partner.requests;
    assert.equal(number, request?.id);
    const { media_url: link, description, ...fields } = request?.fields ?? {};
    assert.deepEqual(fields, {
      ...{ api_key: 'a secret of ours', service_code: '12', jurisdiction_id: 'metz.example' },
      ...{ lat: String(PLACE.lat), long: String(PLACE.lon), address_string: 'Villerupt' },
    });
    assert.match(description ?? '', new RegExp(`${sent.id}[^]*Un trou \\[…\\]`));
    const { pathname, search } = new URL(link ?? '');
    assert.equal((await host.app.inject({ url: `${pathname}${search}`, headers })).statusCode, 200, 'its photo');

    partner.losesAnswers = false;
    partner.refuses = true;
    assert.equal((await passOn(refused.id)).status, 200);
    const entry = await eventually('the desk is told', async () => {
      const { journal } = (await ask('GET', `/reports/${refused.id}`)).body;
      return journal.find(({ act }: { act: string }) => act === 'notPassedOn');
    });
    assert.deepEqual([entry.detail.cause, entry.text], ['refused', '400 [{"code":400,"description":"Outside"}]']);
    assert.equal((await citizen.get(`/follow/${refused.token}`)).body.status, 'open');
  });
});

/** A GeoReport v2 server of somebody else. */
async function startPartner(t: TestContext) {
  const requests: { readonly id: string; readonly fields: { readonly [name: string]: string } }[] = [];
  const partner = { url: '', requests, losesAnswers: false, refuses: false };
  const server = createServer(async (request, answer) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://partner');
    assert.equal(pathname, '/requests.json');
    if (request.method === 'GET') {
      assert.equal(searchParams.get('jurisdiction_id'), OPEN311.jurisdiction);
      const listed = requests.map(({ id, fields }) => ({ service_request_id: id, description: fields.description }));
      answer.end(JSON.stringify([{ service_request_id: '1', description: null }, ...listed]));
      return;
    }
    const body = (await request.toArray()).join('');
    if (partner.refuses) {
      answer.writeHead(400).end(JSON.stringify([{ code: 400, description: 'Outside' }]));
      return;
    }
    const id = String(requests.length + 100);
    requests.push({ id, fields: Object.fromEntries(new URLSearchParams(body)) });
    if (partner.losesAnswers) request.socket.destroy();
    else answer.end(JSON.stringify([{ service_request_id: id }]));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  partner.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return partner;
}
