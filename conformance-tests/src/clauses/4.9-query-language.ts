import { clause } from '../clause.ts';
import {
  geoProperty,
  jsonProperty,
  languageProperty,
  listProperty,
  listRelationship,
  point,
  property,
  relationship,
  vocabProperty,
} from '../documents.ts';
import { expectIds, expectProblem } from '../expect.ts';
import type { Broker, Json, Query } from '../rig/broker.ts';

/** The vehicles of a case, by the last part of their ids. */
const VEHICLES: { readonly [key: string]: Json } = {
  slow: {
    speed: property(20, { observedAt: '2026-01-01T10:00:00Z', unitCode: 'KMH', source: property('GPS') }),
    brandName: property('Renault'),
    color: languageProperty({ fr: 'rouge', en: 'red' }),
    isParked: relationship('urn:x:parking:1', { providedBy: relationship('urn:x:person:1') }),
    isElectric: property(true),
    address: property({ city: 'Villerupt', zip: { code: 54190 } }),
    tags: property(['blue', 'old']),
    category: vocabProperty('private'),
    ticket: jsonProperty({ reason: 'overstay', fee: 60 }),
    depths: listProperty([1, 2]),
    stops: listRelationship(['urn:x:stop:1', 'urn:x:stop:2']),
  },
  fast: {
    speed: property(80.5, { observedAt: '2026-01-02T10:00:00Z' }),
    brandName: property('Mercedes'),
    color: languageProperty({ fr: 'bleu', en: 'blue' }),
    isParked: relationship(['urn:x:parking:2', 'urn:x:parking:3']),
    isElectric: property(false),
    address: property({ city: 'Thil' }),
    tags: property(['new']),
    inspected: property('2026-01-01'),
  },
  odd: {
    speed: property('20'),
    brandName: property('Mercedes; (AMG)'),
    tags: property('blue'),
    note: property('a|b'),
    location: geoProperty(point(6, 49)),
  },
  several: { speed: [property(5), property(50, { datasetId: 'urn:x:gps' })] },
};

/** Queries, and the vehicles that match. */
const FINDS: readonly (readonly [q: string, found: string])[] = [
  ['speed', 'slow fast odd several'],
  ['missing', ''],
  ['speed.source', 'slow'],
  ['speed.observedAt', 'slow fast'],
  ['location', 'odd'],
  ['speed==20', 'slow'],
  ['speed==20.0', 'slow'],
  ['speed=="20"', 'odd'],
  ['speed!=20', 'fast odd several'],
  ['speed>20', 'fast several'],
  ['speed>=20', 'slow fast several'],
  ['speed<20', 'several'],
  ['speed<=20', 'slow several'],
  ['speed==5', 'several'],
  ['speed==50', 'several'],
  ['speed==10..30', 'slow'],
  ['speed==20..80.5', 'slow fast several'],
  ['speed!=10..100', 'odd'],
  ['speed==20,80.5', 'slow fast'],
  ['speed!=20,5,50', 'fast odd'],
  ['brandName=="Mercedes"', 'fast'],
  ['brandName!="Mercedes"', 'slow odd'],
  ['brandName=="Mercedes","Renault"', 'slow fast'],
  ['brandName=="Mercedes; (AMG)"', 'odd'],
  ['note=="a|b"', 'odd'],
  ['brandName~="^Mer"', 'fast odd'],
  ['brandName~="erc"', 'fast odd'],
  ['brandName~="AMG"', 'odd'],
  ['brandName!~="^Mer"', 'slow'],
  ['brandName>"N"', 'slow'],
  ['isElectric==true', 'slow'],
  ['isElectric==false', 'fast'],
  ['isElectric!=true', 'fast'],
  ['isParked=="urn:x:parking:1"', 'slow'],
  ['isParked==urn:x:parking:1', 'slow'],
  ['isParked==urn:x:parking:3', 'fast'],
  ['isParked!=urn:x:parking:1', 'fast'],
  ['isParked>"a"', ''],
  ['isParked.providedBy==urn:x:person:1', 'slow'],
  ['stops==urn:x:stop:2', 'slow'],
  ['depths==2', 'slow'],
  ['speed.unitCode=="KMH"', 'slow'],
  ['speed.source=="GPS"', 'slow'],
  ['speed.observedAt>=2026-01-02T00:00:00Z', 'fast'],
  ['speed.observedAt==2026-01-01T10:00:00.000Z', 'slow'],
  ['speed.observedAt==2026-01-01T00:00:00Z..2026-01-03T00:00:00Z', 'slow fast'],
  ['speed.createdAt>2020-01-01T00:00:00Z', 'slow fast odd several'],
  ['createdAt<2020-01-01T00:00:00Z', ''],
  ['inspected==2026-01-01', 'fast'],
  ['address[city]=="Thil"', 'fast'],
  ['address[zip.code]==54190', 'slow'],
  ['address[zip]', 'slow'],
  ['address[street]', ''],
  ['tags=="blue"', 'slow odd'],
  ['tags!="blue"', 'fast'],
  ['tags~="^ne"', 'fast'],
  ['color[en]=="red"', 'slow'],
  ['color[*]=="bleu"', 'fast'],
  ['color[en]!="red"', 'fast'],
  ['color[de]=="rot"', ''],
  ['ticket[reason]=="overstay"', 'slow'],
  ['ticket[fee]>50', 'slow'],
  ['speed>20;brandName=="Mercedes"', 'fast'],
  ['speed>60|brandName=="Renault"', 'slow fast'],
  ['brandName=="Renault"|brandName=="Mercedes";speed>100', 'slow'],
  ['(brandName=="Renault"|brandName=="Mercedes");speed>60', 'fast'],
  ['((speed>60|speed==5);speed<90)', 'fast several'],
  ['(speed>=20;speed<=25)|isElectric==false', 'slow fast several'],
];

const WRONG = [
  'speed==',
  '==20',
  'speed>4..5',
  'speed>4,5',
  'speed>20;',
  ';speed>20',
  'speed>20||speed<5',
  '(speed>20',
  'speed>20)',
  'brandName~="["',
  'address[city=="x"',
  'speed=>20',
  'brandName=="open',
];

async function vehicles(broker: Broker): Promise<{ type: string; id: (key: string) => string }> {
  const type = broker.name('Vehicle');
  const base = broker.id('Vehicle');
  const id = (key: string) => `${base}:${key}`;
  await broker.createAll(Object.entries(VEHICLES).map(([key, members]) => ({ id: id(key), type, ...members })));
  return { type, id };
}

export const queryLanguage = clause('4.9', 'Query language', ({ test }) => {
  for (const [q, found] of FINDS) {
    test(`finds ${found === '' ? 'nothing' : found.replaceAll(' ', ', ')} by ${q}`, async (broker) => {
      const { type, id } = await vehicles(broker);
      const answer = await broker.get('/entities', { query: { type, q } });
      expectIds(answer, found.split(' ').filter(Boolean).map(id));
    });
  }
  for (const q of WRONG) {
    test(`refuses ${q}`, async (broker) => {
      expectProblem(await broker.get('/entities', { query: { type: broker.name(), q } }), 'BadRequestData');
    });
  }

  test('compares a VocabProperty with the full IRI', async (broker) => {
    const { type, id } = await vehicles(broker);
    const q = 'category=="https://uri.etsi.org/ngsi-ld/default-context/private"';
    expectIds(await broker.get('/entities', { query: { type, q } }), [id('slow')]);
  });

  test('compares a VocabProperty with a term when expandValues names it', async (broker, { contexts }) => {
    const context = contexts.serve({ private: 'https://example.org/private' });
    const type = broker.name('Vehicle');
    const id = await broker.create({ type, category: vocabProperty('private') }, { context });
    const ask = (query: Query) => broker.get('/entities', { query: { type, ...query }, context });
    expectIds(await ask({ q: 'category=="private"', expandValues: 'category' }), [id]);
    expectIds(await ask({ q: 'category=="private"' }), []);
  });

  test('expands names by the context of the request', async (broker, { contexts }) => {
    const context = contexts.serve({ speed: 'https://example.org/speed' });
    const type = broker.name('Vehicle');
    const id = await broker.create({ type, speed: property(1) }, { context });
    expectIds(await broker.get('/entities', { query: { type, q: 'speed==1' }, context }), [id]);
    expectIds(await broker.get('/entities', { query: { type, q: 'speed==1' } }), []);
  });

  test('follows a Relationship if join allows', async (broker) => {
    const type = broker.name('Vehicle');
    const garage = await broker.create({ type: 'Garage', places: property(5) });
    const full = await broker.create({ type: 'Garage', places: property(0) });
    const parked = await broker.create({ type, at: relationship(garage) });
    await broker.create({ type, at: relationship(full) });
    await broker.create({ type, at: relationship('urn:x:nowhere') });
    for (const q of ['at{places}>0', 'at{Garage:places}>0']) {
      expectIds(await broker.get('/entities', { query: { type, q, join: 'inline' } }), [parked]);
    }
    expectIds(await broker.get('/entities', { query: { type, q: 'at{Kiosk:places}>0', join: 'inline' } }), []);
  });

  test('refuses to follow a Relationship without join or deeper than joinLevel', async (broker) => {
    const type = broker.name('Vehicle');
    expectProblem(await broker.get('/entities', { query: { type, q: 'at{places}>0' } }), 'BadRequestData');
    const deep = { type, q: 'at{in{places}}>0', join: 'inline', joinLevel: 1 };
    expectProblem(await broker.get('/entities', { query: deep }), 'BadRequestData');
  });

  test('reads a space written as + and as %20', async (broker) => {
    const type = broker.name();
    const id = await broker.create({ type, name: property('Tour Eiffel') });
    for (const blank of ['+', '%20']) {
      expectIds(await broker.get(`/entities?type=${type}&q=name==%22Tour${blank}Eiffel%22`), [id]);
    }
  });
});
