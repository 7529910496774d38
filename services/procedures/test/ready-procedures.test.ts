import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freshTenant, testDatabases } from '@alzette/broker/test-support';
import { LANGUAGES } from '@alzette/kit/languages';
import { eventually } from '@alzette/kit/testing';
import { demoFolder, readTerritory } from '@alzette/territory';
import { DateTime } from 'luxon';
import type { Procedure } from '../src/contract/contract.ts';
import { findingsOf } from '../src/forms/findings.ts';
import { citizenOf, PLACE, packDocuments, publishPack, startProcedureHost } from './support/procedure-host.ts';

const ADDRESS = { text: '1 place de la Mairie', commune: 'villerupt', location: PLACE };
const RING = [
  [5.93, 49.469],
  [5.931, 49.469],
  [5.931, 49.47],
  [5.93, 49.469],
];
const PROCEDURES = packDocuments('procedures') as unknown as ReadonlyMap<string, Procedure>;

test('the ten ready procedures break no rule, are said in four languages, and end on the territory', () => {
  assert.equal(PROCEDURES.size, 10);
  for (const [id, procedure] of PROCEDURES) {
    assert.deepEqual(
      findingsOf(procedure).filter(({ level }) => level === 'error'),
      [],
      id,
    );
    const effects = procedure.states.flatMap(({ actions }) => actions.flatMap(({ effect }) => effect ?? []));
    assert.equal(effects.length, 1, `${id} has an effect on the territory`);
    assertSaid(procedure, id);
  }
});

/** Each text that has French has all languages. */
function assertSaid(value: unknown, at: string): void {
  if (typeof value !== 'object' || value === null) return;
  if ('fr' in value && typeof value.fr === 'string') {
    const effectName = /effect\.name$/.test(at); // for the desk and its crews
    if (!effectName)
      assert.deepEqual(
        LANGUAGES.filter((language) => !(language in value)),
        [],
        at,
      );
  }
  for (const [name, each] of Object.entries(value)) assertSaid(each, `${at}.${name}`);
}

test('an entity takes no personal answer, no unknown attribute, and all that its model requires', () => {
  const badge = PROCEDURES.get('recycling-badge');
  assert.ok(badge);
  const changed = JSON.parse(JSON.stringify(badge).replace('"fields":{}', '"fields":{"accessPlace":"address"}'));
  delete changed.states[0].actions[0].effect.values.status;
  changed.states[0].actions[0].effect.values.colour = 'red';
  assert.deepEqual(
    findingsOf(changed).map(({ at, rule }) => [at, rule]),
    [
      ['states.received.give.effect.colour', 'workflow'],
      ['states.received.give.effect.status', 'workflow'],
      ['states.received.give.effect.fields.accessPlace', 'RGPD'],
    ],
  );
});

test('each decision makes its badge, grant, works or work order, and a lost badge ends', async (t) => {
  const db = await testDatabases()[0]?.open();
  assert.ok(db);
  const host = await startProcedureHost(t, db, { jobs: true });
  const { ask } = host;
  const headers = { 'ngsild-tenant': freshTenant() };
  await publishPack(host, headers);
  const citizen = citizenOf(host, headers);
  const context = 'http://localhost:1026/contexts/territory/v5.jsonld';
  const link = `<${context}>; rel="http://www.w3.org/ns/json-ld#context"`;
  const entity = async (id: string) =>
    (
      await ask('GET', `/ngsi-ld/v1/entities/${encodeURIComponent(id)}?options=keyValues`, undefined, {
        ...headers,
        link,
      })
    ).body;
  const file = () =>
    citizen.upload(
      Buffer.from('%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF'),
      'application/pdf',
    );
  const applicant = () => ({
    kind: 'association',
    name: 'Les Amis',
    email: `${crypto.randomUUID()}@example.org`,
    phone: '0600000000',
  });
  /** Sends it, does the actions, and waits for what is made. */
  const step = (action: string) => ({ act: 'step', action });
  const decided = async (procedure: string, answers: object, acts: readonly object[]) => {
    const sent = await citizen.send(procedure, answers, { applicant: applicant() });
    assert.equal(sent.status, 201, `${procedure}: ${JSON.stringify(sent.body)}`);
    for (const act of acts) {
      const acted = await ask('POST', `/procedures/dossiers/${sent.body.id}/acts`, act, headers);
      assert.equal(acted.status, 200, JSON.stringify(acted.body));
    }
    const made = await eventually(
      `${procedure} has its effect`,
      async () =>
        (await ask('GET', `/procedures/dossiers/${sent.body.id}`, undefined, headers)).body.effects[0]?.entity,
      60_000,
    );
    return { ...sent.body, made: await entity(made as string) };
  };
  const zone = readTerritory(demoFolder()).timeZone;
  const inDays = (days: number) => DateTime.now().setZone(zone).plus({ days }).toISODate() ?? '';

  const household = { reason: 'first', user: 'household', address: ADDRESS };
  const first = await decided('recycling-badge', { ...household, proof: [await file()] }, [step('give')]);
  assert.deepEqual(
    [first.made.badgeNumber, first.made.badgeKind, first.made.status, first.made.visitsPerYear],
    [first.id, 'recyclingCentre', 'valid', 26],
  );
  assert.equal(first.made.validUntil['@value'], inDays(1095));
  const lost = { ...household, reason: 'lost', oldBadge: first.id.toLowerCase(), proof: [await file()] };
  const second = await decided('recycling-badge', lost, [step('give')]);
  assert.equal(second.made.status, 'valid');
  assert.equal((await entity(first.made.id)).status, 'ended');

  const composter = await decided('composter', { use: 'garden', size: 'small', address: ADDRESS }, [
    { act: 'paid', number: 'Q-1' },
    step('order'),
  ]);
  assert.match(composter.made.name, /^Composteur à livrer/);

  const slotOf = async (resource: string) => (await citizen.get(`/slots/${resource}`)).body.slots[0];
  const hall = await slotOf('village-hall');
  const event = { commune: 'villerupt', purpose: 'meeting', people: 40, isAssociation: false, drinks: false };
  const room = { ...event, slot: { slot: hall.id }, insurance: [await file()] };
  const confirmed = await decided('room', room, [step('confirm')]);
  const dayOf = ({ from }: { from: string }) => DateTime.fromISO(from, { zone }).toISODate();
  assert.equal(confirmed.made.dueDate.slice(0, 10), dayOf(hall));
  const late = await citizen.send('room', { ...room, insurance: [await file()] }, { applicant: applicant() });
  assert.equal(late.status, 409, 'the room is taken');

  const grant = await decided(
    'grant',
    {
      association: 'Les Amis du parc',
      rna: 'W572000123',
      commune: 'villerupt',
      statutes: [await file()],
      project: 'Un verger',
      description: 'Planter des arbres',
      period: { from: inDays(30), to: inDays(90) },
      costs: [
        { item: 'Arbres', cost: 800.5 },
        { item: 'Outils', cost: 199.5 },
      ],
      own: 300,
      amount: 700,
      accounts: [await file()],
      iban: 'FR76 3000 6000 0112 3456 7890 189',
      commitment: true,
    },
    [step('complete'), step('grant')],
  );
  const { beneficiaryName, beneficiaryIdentifier, grantPurpose, grantAmount, grantedOn } = grant.made;
  assert.deepEqual(
    [beneficiaryName, beneficiaryIdentifier, grantPurpose, grantAmount, grantedOn['@value']],
    ['Les Amis du parc', 'W572000123', 'Un verger', 700, inDays(0)],
  );
  assert.doesNotMatch(JSON.stringify(grant.made), /3000 6000|example\.org/);

  const way = {
    use: 'terrace',
    place: { type: 'Polygon', coordinates: [RING] },
    period: { from: inDays(20), to: inDays(25) },
    passage: 1.6,
    traffic: 'none',
    country: 'other',
    sketch: [await file()],
    insurance: [await file()],
  };
  const works = (await decided('public-way', way, [step('examine'), step('allow')])).made;
  assert.deepEqual([works.type, works.workState, works.location.type], ['CityWork', 'authorized', 'Polygon']);
  const local = (at: { '@value': string }) => DateTime.fromISO(at['@value'], { zone }).toFormat('yyyy-MM-dd HH:mm');
  assert.deepEqual([local(works.startDate), local(works.endDate)], [`${inDays(20)} 00:00`, `${inDays(25)} 23:59`]);
  assert.equal(works.scope, '/Villerupt');

  const child = {
    child: 'Léa Quillefeu',
    born: inDays(-2000),
    level: 'primary',
    address: ADDRESS,
    papers: [await file()],
    eats: true,
    days: ['monday', 'friday'],
    meal: 'usual',
    allergies: 'arachides',
  };
  const school = (await decided('school', child, [step('register')])).made;
  assert.deepEqual([school.badgeKind, school.accessDays], ['canteen', ['monday', 'friday']]);
  assert.doesNotMatch(JSON.stringify(school), /Quillefeu|arachides/);
  const monday = 'type=AccessBadge&q=badgeKind=="canteen";accessDays=="monday"&count=true&limit=0';
  const counted = await host.app.inject({
    method: 'GET',
    url: `/ngsi-ld/v1/entities?${encodeURI(monday)}`,
    headers: { ...headers, link },
  });
  assert.equal(counted.headers['ngsild-results-count'], '1', 'the meals of a day can be counted');

  const market = await slotOf('market');
  const trader = {
    trade: 'Au bon pain',
    country: 'luxembourg',
    vat: 'LU15027442',
    goods: 'bread',
    commune: 'villerupt',
  };
  const stall = { ...trader, metres: 6, electricity: false, slot: { slot: market.id }, insurance: [await file()] };
  const placed = await decided('market-stall', stall, [step('confirm')]);
  assert.deepEqual([placed.booking.amount, placed.made.dueDate.slice(0, 10)], [6, dayOf(market)]);
});
