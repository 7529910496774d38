import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { newDatabase } from '@alzette/broker/test-support';
import { startServiceHost } from '../../../platform/test/support/service-host.ts';
import { mobilityService, type TimetablePort, type TripsPort } from '../src/service.ts';

const CONTEXT = 'http://localhost:1026/contexts/territory/v1.jsonld';
const property = (value: unknown) => ({ type: 'Property', value });
const link = (object: string | string[]) => ({ type: 'Relationship', object });
const time = (minutes: number) =>
  property({ '@type': 'DateTime', '@value': new Date(Date.now() + minutes * 60_000).toISOString() });

const stop = (feed: string, id: string, longitude: number) => ({
  id: `urn:ngsi-ld:GtfsStop:${feed}:${id}`,
  type: 'GtfsStop',
  name: property(`Arrêt ${id}`),
  location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [longitude, 49.47] } },
});
const agency = (feed: string, name: string, zone: string) => ({
  id: `urn:ngsi-ld:GtfsAgency:${feed}:a`,
  type: 'GtfsAgency',
  agencyName: property(name),
  timezone: property(zone),
});
/** The entity that the importers of timetables and real time write. */
const departure = (feed: string, at: string, minutes: number, more: object = {}) => ({
  id: `urn:ngsi-ld:ArrivalEstimation:${feed}:${at}:t${minutes}:20260101:1`,
  type: 'ArrivalEstimation',
  hasStop: link(`urn:ngsi-ld:GtfsStop:${feed}:${at}`),
  hasTrip: link(`urn:ngsi-ld:GtfsTrip:${feed}:t${minutes}`),
  hasRoute: link(`urn:ngsi-ld:GtfsRoute:${feed}:r`),
  headSign: property('Esch'),
  line: property('604'),
  routeType: property('3'),
  remainingTime: property('PT5M'),
  plannedDeparture: time(minutes),
  expectedDeparture: time(minutes),
  departureStatus: property('scheduled'),
  realTimeState: property('none'),
  ...more,
});

/** A trip at 08:30 of each requested day. */
const timetable: TimetablePort = async (_db, stops, { from, to }) => {
  const calls = [];
  for (let at = from.getTime() + 8.5 * 3_600_000; at < to.getTime(); at += 86_400_000) {
    for (const stop of stops) {
      const route = 'urn:ngsi-ld:GtfsRoute:LU-y:r';
      calls.push({
        id: `${stop} ${at}`,
        stop,
        route,
        line: '604',
        headSign: 'Esch',
        routeType: 3,
        planned: new Date(at),
      });
    }
  }
  return calls;
};
/** Three stops along a street. Each day a bus at 8:00 and 9:00 from the first to the second, and one on to the third. */
const trips: TripsPort = async (_db, stops, _day, { from, to }) => {
  const bus = (trip: string, line: string, calls: readonly (readonly [stop: string, minutes: number])[]) =>
    calls.map(([stop, minutes]) => ({
      ...{ trip, line, headSign: 'Esch', routeType: 3, route: 'urn:ngsi-ld:GtfsRoute:LU-y:r' },
      ...{ stop: `urn:ngsi-ld:GtfsStop:${stop}`, arrives: minutes * 60, departs: minutes * 60 },
    }));
  return [
    ...bus('early', '1', [
      ['FR-x:A', 480],
      ['FR-x:B', 490],
    ]),
    ...bus('late', '1', [
      ['FR-x:A', 540],
      ['FR-x:B', 550],
    ]),
    ...bus('onward', '2', [
      ['FR-x:B', 495],
      ['FR-x:D', 510],
    ]),
  ].filter(({ stop, arrives }) => stops.includes(stop) && arrives >= from && arrives <= to);
};
const mobility = mobilityService({ timetable, trips });

test('the mobility service', async (t) => {
  const db = await newDatabase();
  const { ask, broker } = await startServiceHost(t, db, [mobility]);
  t.after(() => db.close());
  const { errors } = await broker.client.batchUpsert(
    [
      agency('FR-x', 'Fluo', 'Europe/Paris'),
      agency('LU-y', 'RGTR', 'Europe/Luxembourg'),
      stop('FR-x', 'A', 5.93),
      stop('FR-x', 'B', 5.95),
      stop('LU-y', 'C', 5.931),
      stop('FR-x', 'D', 6.05),
      {
        id: 'urn:ngsi-ld:GtfsRoute:LU-y:r',
        type: 'GtfsRoute',
        shortName: property('604'),
        routeColor: property('1B7F3B'),
        operatedBy: link('urn:ngsi-ld:GtfsAgency:LU-y:a'),
      },
      departure('FR-x', 'A', 20),
      departure('FR-x', 'A', 5, { realTimeState: property('stale') }),
      departure('FR-x', 'A', -5),
      departure('LU-y', 'C', 10, {
        expectedDeparture: time(12),
        departureStatus: property('realTime'),
        realTimeState: property('fresh'),
      }),
      departure('LU-y', 'C', 30, { departureStatus: property('cancelled'), realTimeState: property('fresh') }),
      {
        id: 'urn:ngsi-ld:Alert:LU-y:works',
        type: 'Alert',
        category: property('traffic'),
        subCategory: property('publicTransport'),
        severity: property('low'),
        alertSource: property('x'),
        title: { type: 'LanguageProperty', languageMap: { fr: 'Travaux', en: 'Works' } },
        affectedStop: link(['urn:ngsi-ld:GtfsStop:LU-y:C']),
      },
      {
        id: 'urn:ngsi-ld:OffStreetParking:p',
        type: 'OffStreetParking',
        name: property('Mairie'),
        totalSpotNumber: property(40),
        availableSpotNumber: { ...property(12), observedAt: new Date().toISOString() },
        location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [5.9, 49.4] } },
      },
    ],
    { context: CONTEXT },
  );
  assert.deepEqual(errors, []);
  const [a, c] = ['urn:ngsi-ld:GtfsStop:FR-x:A', 'urn:ngsi-ld:GtfsStop:LU-y:C'];

  await t.test('finds a journey with a change, and the first one of the morning at night', async () => {
    const toD = 'fromLongitude=5.93&fromLatitude=49.47&toLongitude=6.05&toLatitude=49.47';
    const at = (instant: string) => ask('GET', `/citizen/v1/journeys?${toD}&at=${encodeURIComponent(instant)}`);
    const early = (await at('2026-12-03T06:50:00Z')).body.journeys;
    assert.deepEqual(
      early.map(({ departs, arrives, changes, legs }: Record<string, string[]>) => [
        departs,
        arrives,
        changes,
        legs?.map((leg) => (leg as unknown as Record<string, string>).line),
      ]),
      [['2026-12-03T07:00:00.000Z', '2026-12-03T07:30:00.000Z', 1, ['1', '2']]],
    );
    const [night] = (await at('2026-12-02T20:00:00Z')).body.journeys;
    assert.equal(night.departs, '2026-12-03T07:00:00.000Z');
    const near = `fromLongitude=5.93&fromLatitude=49.47&toLongitude=5.94&toLatitude=49.47`;
    const [walk] = (await ask('GET', `/citizen/v1/journeys?${near}&at=2026-12-02T20:00:00Z`)).body.journeys;
    // 725 m as the crow flies, at 4.5 km/h over ways that are 1.3 times as long.
    assert.deepEqual(
      walk.legs.map(({ mode }: { mode: string }) => mode),
      ['walk'],
    );
    assert.ok(Math.abs(walk.legs[0].metres - 940) < 10, `${walk.legs[0].metres} m`);
    const far = await ask(
      'GET',
      '/citizen/v1/journeys?fromLongitude=5.93&fromLatitude=49.47&toLongitude=2.35&toLatitude=48.85',
    );
    assert.equal(far.status, 400);
    assert.match(JSON.stringify(far.body), /toLatitude/);
  });

  await t.test('shows all platforms of a station on one board, each by its name', async () => {
    const station = 'urn:ngsi-ld:GtfsStation:FR-gare:S';
    // In the order of their ids, the tenth comes before the second.
    const platforms = [
      { id: 'p1', platform: '10', wheelChairAccessible: property('1') },
      { id: 'p2', platform: '2', wheelChairAccessible: property('2') },
      { id: 'p3', platform: undefined, wheelChairAccessible: property('0') },
    ];
    const written = await broker.client.batchUpsert(
      [
        ...platforms.map(({ id, platform, wheelChairAccessible }) => ({
          ...stop('FR-gare', id, 7.5),
          name: property('Gare'),
          hasParentStation: link(station),
          wheelChairAccessible,
          ...(platform !== undefined && { platformCode: property(platform) }),
        })),
        departure('FR-gare', 'p2', 25),
        departure('FR-gare', 'p1', 20),
        departure('FR-gare', 'p3', 22),
      ],
      { context: CONTEXT },
    );
    assert.deepEqual(written.errors, []);
    const urn = (id: string) => `urn:ngsi-ld:GtfsStop:FR-gare:${id}`;
    const { body } = await ask('GET', `/citizen/v1/departures?stop=${station}`);
    assert.deepEqual(
      body.stops.map(({ id, platform, wheelchair, station: of }: Record<string, unknown>) => [
        id,
        platform,
        wheelchair,
        of,
      ]),
      [
        [urn('p2'), '2', false, station],
        [urn('p1'), '10', true, station],
        [urn('p3'), undefined, undefined, station],
      ],
    );
    assert.deepEqual(
      body.departures.map((each: Record<string, unknown>) => [each.stop, each.platform]),
      [
        [urn('p1'), '10'],
        [urn('p3'), undefined],
        [urn('p2'), '2'],
      ],
    );
    // A station and one of its platforms: once.
    const both = await ask('GET', `/citizen/v1/departures?stop=${urn('p1')},${station}`);
    assert.deepEqual([both.body.stops.length, both.body.departures.length], [3, 3]);
    const day = await ask('GET', `/citizen/v1/timetable?stop=${station}`);
    assert.equal(day.body.departures.find((each: Record<string, unknown>) => each.stop === urn('p2')).platform, '2');
    assert.equal((await ask('GET', '/citizen/v1/departures?stop=urn:ngsi-ld:GtfsStation:FR-gare:X')).status, 404);
  });

  await t.test('finds stops of all operators, nearest first', async () => {
    const { body } = await ask('GET', '/citizen/v1/stops?longitude=5.9309&latitude=49.47&radius=500');
    assert.deepEqual(
      body.stops.map(({ id, operator, country }: Record<string, string>) => [id, operator, country]),
      [
        [c, 'RGTR', 'LU'],
        [a, 'Fluo', 'FR'],
      ],
    );
    assert.equal((await ask('GET', '/citizen/v1/stops?text=arr%C3%AAt%20b')).body.stops.length, 1);
    assert.equal((await ask('GET', '/citizen/v1/stops?text=(,x')).status, 200);
    assert.equal((await ask('GET', '/citizen/v1/stops?longitude=5')).status, 400);
  });

  await t.test('combines both sides of the border on one board, with the source of its times', async () => {
    const { body } = await ask('GET', `/citizen/v1/departures?stop=${a},${c}&language=en`);
    assert.deepEqual(
      body.departures.map(({ operator, status, delay }: Record<string, unknown>) => [operator, status, delay]),
      [
        ['Fluo', 'scheduled', undefined],
        ['RGTR', 'realTime', 120],
        ['Fluo', 'scheduled', undefined],
        ['RGTR', 'cancelled', undefined],
      ],
    );
    assert.equal(body.departures[1].colour, '#1b7f3b');
    assert.deepEqual(
      body.sources.map(({ realTime, label }: Record<string, string>) => [realTime, label]),
      [
        ['stale', 'Timetable only: real time is interrupted'],
        ['fresh', 'Real time'],
      ],
    );
    assert.deepEqual(
      body.disruptions.map(({ title, language }: Record<string, string>) => [title, language]),
      [['Works', 'en']],
    );
    // In Luxembourgish there is none.
    const other = await ask('GET', `/citizen/v1/departures?stop=${a},${c}&language=lb`);
    assert.equal(other.body.disruptions[0].language, 'fr');
    const alone = await ask('GET', `/citizen/v1/departures?stop=${a}`);
    assert.deepEqual(alone.body.disruptions, []);
    assert.equal((await ask('GET', '/citizen/v1/departures?stop=urn:x')).status, 404);
    assert.match((await ask('GET', '/citizen/v1/departures')).body.detail, /stop: got nothing/);
  });

  await t.test('gives the timetable of whole days, for offline use', async () => {
    const { body } = await ask('GET', `/citizen/v1/timetable?stop=${c}&days=2`);
    assert.equal(Date.parse(body.to) - Date.parse(body.from), 2 * 86_400_000);
    assert.deepEqual(
      body.departures.map(({ status, mode, colour, operator }: Record<string, string>) => [
        status,
        mode,
        colour,
        operator,
      ]),
      Array(2).fill(['scheduled', 'bus', '#1b7f3b', 'RGTR']),
    );
    assert.equal((await ask('GET', '/citizen/v1/timetable?stop=urn:x')).status, 404);
    assert.match(
      (await ask('GET', `/citizen/v1/timetable?stop=${c}&day=2020-01-01`)).body.detail,
      /^day: got "2020-01-01"/,
    );
    assert.match((await ask('GET', `/citizen/v1/timetable?stop=${c}&days=9`)).body.detail, /^days: got "?9/);
  });

  await t.test('shows free places', async () => {
    const [{ capacity, free, kind }] = (await ask('GET', '/citizen/v1/parking')).body.parking;
    assert.deepEqual([capacity, free, kind], [40, 12, 'offStreet']);
    assert.equal((await ask('GET', '/mobility/cockpit')).body.parking.length, 1);
    assert.equal((await ask('GET', '/mobility/counters/urn:x?attribute=intensity')).status, 404);
  });
});

describe('a tenant without public transport', () => {
  test('has empty lists', async (t) => {
    const db = await newDatabase();
    const { ask } = await startServiceHost(t, db, [mobility]);
    t.after(() => db.close());
    assert.deepEqual((await ask('GET', '/citizen/v1/stops')).body, { stops: [] });
    assert.deepEqual((await ask('GET', '/citizen/v1/disruptions')).body, { disruptions: [] });
    assert.deepEqual((await ask('GET', '/citizen/v1/charging')).body, { stations: [] });
  });
});
