import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { demoFolder, readTerritory } from '@alzette/territory';
import { DateTime } from 'luxon';
import { citizenOf, PLACE, packDocuments, publishPack, startProcedureHost } from './support/procedure-host.ts';

const ZONE = readTerritory(demoFolder()).timeZone;
const ADDRESS = { text: '1 place de la Mairie', commune: 'villerupt', location: PLACE };
const CORNERS = [
  [5.93, 49.469],
  [5.933, 49.469],
  [5.933, 49.472],
  [5.93, 49.472],
];
const AREA = { type: 'Polygon', coordinates: [[...CORNERS, CORNERS[0]]] };
const EMAIL = { applicant: { kind: 'association', name: 'Fête de la rue', email: 'fete@example.org' } };

test('bulky waste becomes a stop of a round, and an event another light; silence refuses; each agent sees their commune', async (t) => {
  const db = await testDatabases()[0]?.open();
  assert.ok(db);
  const host = await startProcedureHost(t, db, { access: 'enforced', jobs: true });
  const { ask, authorizationOf } = host;
  const root = { authorization: await authorizationOf({ sub: 'root', roles: ['administrator'] }) };
  const context = 'http://localhost:1026/contexts/Procedures/v1.jsonld';
  const link = `<${context}>; rel="http://www.w3.org/ns/json-ld#context"`;
  const policy = async (role: string, types: readonly string[], scopeQ: string) => {
    const body = { id: role, who: { roles: [role] }, may: ['read', 'write'], types, scopeQ };
    assert.equal((await ask('POST', '/ops/access/policies', body, { ...root, link })).status, 201);
    return { authorization: await authorizationOf({ sub: role, roles: [role] }) };
  };
  const villerupt = await policy(
    'desk-of-villerupt',
    ['ServiceCase', 'WasteCollectionStop'],
    '/Villerupt,/Villerupt/#',
  );
  const thil = await policy('desk-of-thil', ['ServiceCase'], '/Thil,/Thil/#');
  await publishPack(host, root);
  const citizen = citizenOf(host, {});
  const act = (who: Readonly<Record<string, string>>, id: string, body: object) =>
    ask('POST', `/procedures/dossiers/${id}/acts`, body, who);
  const one = async (id: string) => (await ask('GET', `/procedures/dossiers/${id}`, undefined, root)).body;
  const effectOf = (id: string) =>
    eventually('it is done', async () => (await one(id)).effects[0]?.entity as string | undefined, 60_000);

  // Bulky waste: the desk of the commune adds it to the round, with its own rights.
  const [slot] = (await citizen.get('/slots/bulky-waste')).body.slots;
  const objects = [
    { thing: 'sofa', count: 1 },
    { thing: 'mattress', count: 2 },
  ];
  const bulky = (await citizen.send('bulky-waste', { objects, address: ADDRESS, slot: { slot: slot.id } })).body;
  assert.equal(bulky.booking.amount, 2.5, '1.5 m³ and twice 0.5 m³');
  assert.equal((await ask('GET', `/procedures/dossiers/${bulky.id}`, undefined, thil)).status, 404);
  assert.equal((await act(thil, bulky.id, { act: 'note', text: 'of others' })).status, 404);
  assert.deepEqual((await ask('GET', '/procedures/dossiers', undefined, thil)).body, { dossiers: [], count: 0 });
  const seen = (await ask('GET', '/procedures/dossiers', undefined, villerupt)).body.dossiers;
  assert.deepEqual(
    seen.map(({ id }: { id: string }) => id),
    [bulky.id],
  );
  const accepted = await act(villerupt, bulky.id, { act: 'step', action: 'accept' });
  assert.equal(accepted.status, 200, JSON.stringify(accepted.body));
  const stop = await effectOf(bulky.id);
  const stopNow = async () =>
    (await ask('GET', `/ngsi-ld/v1/entities/${stop}?options=keyValues`, undefined, { ...root, link })).body;
  const { volume, status, refServiceCase } = await stopNow();
  assert.deepEqual([volume, status, refServiceCase], [2.5, 'planned', `urn:ngsi-ld:ServiceCase:${bulky.id}`]);
  const day = DateTime.fromISO(slot.from, { zone: ZONE }).toISODate() ?? '';
  const round = await ask('POST', '/waste/rounds', { by: 'all', kind: 'bulky', day, keep: true }, root);
  assert.equal(round.status, 201, JSON.stringify(round.body));
  assert.deepEqual(
    round.body.tours[0].stops.map(({ container }: { container: string }) => container),
    [stop],
  );
  const acts = [{ stop, state: 'done', note: '', at: new Date().toISOString() }];
  assert.equal((await ask('POST', `${round.body.kept[0].driverPage}/acts`, { acts })).status, 200);
  assert.equal((await stopNow()).status, 'collected');

  // Light: who has no function of the lighting service decides nothing; the exception begins by itself.
  const document = packDocuments('procedures').get('event-light');
  const functions = [{ id: 'lighting', name: { fr: 'Éclairage' }, groups: ['lighting-service'] }];
  await ask('PUT', '/procedures/event-light', { ...document, functions }, root);
  await ask('POST', '/procedures/event-light/publish', undefined, root);
  const lamps = [1, 2].map((n) => ({
    id: `urn:ngsi-ld:Streetlight:${n}`,
    type: 'Streetlight',
    scope: '/Villerupt',
    location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [5.931 + n / 10_000, 49.47] } },
    dim: { type: 'Property', value: 1 },
  }));
  const territory = { ...root, link: link.replace('Procedures', 'territory') };
  assert.ok((await ask('POST', '/ngsi-ld/v1/entityOperations/upsert', lamps, territory)).status < 300);
  const evening = DateTime.now()
    .setZone(ZONE)
    .plus({ days: 1 })
    .set({ hour: 20, minute: 0, second: 0, millisecond: 0 });
  const local = (at: DateTime) => at.toFormat("yyyy-MM-dd'T'HH:mm");
  const period = { from: local(evening), to: local(evening.plus({ hours: 4 })) };
  const event = { name: 'Fête', organiser: 'other', area: AREA, period, level: 30 };
  const early = { from: local(evening.minus({ days: 1 })), to: period.to };
  assert.equal(
    (await citizen.send('event-light', { ...event, period: early }, { ...EMAIL, version: 2 })).body.faults[0].field,
    'period',
  );
  const light = (await citizen.send('event-light', event, { ...EMAIL, version: 2 })).body;
  assert.match(
    light.receipt.text.fr,
    /Sans réponse de notre part le .*, votre demande est refusée\. Vous pouvez saisir/,
  );
  const { actions } = (await ask('GET', `/procedures/dossiers/${light.id}`, undefined, villerupt)).body;
  assert.deepEqual(
    actions.map(({ id }: { id: string }) => id),
    ['refuse'],
  );
  assert.equal((await act(villerupt, light.id, { act: 'step', action: 'accept' })).status, 403);
  assert.equal((await act(root, light.id, { act: 'step', action: 'accept' })).status, 200);
  const override = (await effectOf(light.id)).replace('urn:uuid:', '');
  assert.equal(
    (await ask('GET', `/lighting/overrides/${override}`, undefined, root)).status,
    404,
    'it is planned only',
  );
  await db.query({ text: `UPDATE jobs.job SET start_after = now() WHERE name = 'lighting.begin-exception'` });
  const begun = await eventually(
    'it begins',
    async () => {
      const { status: found, body } = await ask('GET', `/lighting/overrides/${override}`, undefined, root);
      return found === 200 && body;
    },
    60_000,
  );
  assert.deepEqual(
    [begun.lamps.length, Math.round(begun.level * 100), begun.state, Date.parse(begun.until)],
    [2, 30, 'active', evening.plus({ hours: 4 }).toMillis()],
  );

  // Silence: the last day has come, and nobody has answered.
  const silent = (await citizen.send('event-light', event, { ...EMAIL, version: 2 })).body;
  const asked = (await citizen.send('event-light', event, { ...EMAIL, version: 2 })).body;
  await act(root, asked.id, { act: 'askParts', text: 'Quel arrêté ?' });
  const long = DateTime.now().setZone(ZONE).minus({ days: 16 }).toISODate();
  await db.query({
    text: `UPDATE procedures.dossier SET silent_on = now()::date - 1, state = jsonb_set(state, '{sentOn}', to_jsonb($1::text))
      WHERE tenant = '' AND id = ANY ($2::text[])`,
    values: [long, [silent.id, asked.id]],
  });
  assert.ok((await ask('POST', '/ops/jobs/procedures.silence/run', {}, root)).status < 300);
  await eventually('silence refuses', async () => (await one(silent.id)).state.kind === 'refused', 60_000);
  const decided = (await citizen.get(`/follow/${silent.token}`)).body;
  assert.deepEqual(
    [decided.hasDecision, decided.events.at(-1).act, decided.events.at(-1).by],
    [true, 'silence', 'product'],
  );
  assert.equal((await one(asked.id)).state.kind, 'open', 'while parts are missing, the time is suspended');
});
