import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { chosenBy, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { strToU8, zipSync } from 'fflate';
import { DateTime } from 'luxon';
import { timetableCalls, timetableTrips } from '../src/main.ts';
import { askAgents } from './support/ask.ts';
import { feedMessage, message } from './support/protobuf.ts';
import { startWebServer } from './support/web-server.ts';

const ZONE = 'Europe/Luxembourg';

/** Seconds since midnight of the zone, `minutes` from now, in GTFS format, and the service day. */
function clock(now: DateTime, minutes: number): string {
  const start = now.set({ hour: 12, minute: 0, second: 0, millisecond: 0 }).minus({ hours: 12 });
  const seconds = Math.floor((now.plus({ minutes }).toMillis() - start.toMillis()) / 1000);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
}

/** A small feed: one line, three trips, three stops, one of them outside the box. */
function feedOf(now: DateTime, trips: readonly string[]): Uint8Array {
  const times = { t1: 10, t2: 30, t3: 50, far: 600 } as const;
  const stopTimes = trips.flatMap((trip) => {
    const at = times[trip as keyof typeof times];
    return [
      `${trip},${clock(now, at)},${clock(now, at)},A,1`,
      `${trip},${clock(now, at + 5)},${clock(now, at + 5)},B,2`,
      `${trip},${clock(now, at + 20)},${clock(now, at + 20)},C,3`,
    ];
  });
  const files: Record<string, string> = {
    'agency.txt': `agency_id,agency_name,agency_url,agency_timezone\nx,Lines of the test,https://example.org,${ZONE}`,
    'routes.txt': 'route_id,agency_id,route_short_name,route_long_name,route_type\nr4,x,4,"Audun - Belval, direct",3',
    'stops.txt':
      'stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station,platform_code,wheelchair_boarding\nA,Audun Mairie,49.4732,5.8925,0,S,,2\nB,"Belval, Université",49.5004,5.9488,,S,3b,0\nC,Luxembourg,49.6000,6.1340,0\nS,Station,49.5,5.9,1,,,1',
    'trips.txt': `route_id,service_id,trip_id,trip_headsign\n${trips.map((trip) => `r4,daily,${trip},Luxembourg`).join('\n')}`,
    'stop_times.txt': `trip_id,arrival_time,departure_time,stop_id,stop_sequence\n${stopTimes.join('\n')}`,
    'calendar_dates.txt': `service_id,date,exception_type\ndaily,${now.toFormat('yyyyMMdd')},1`,
  };
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));
}

for (const database of chosenBy('gtfs-sources', testDatabases())) {
  describe(`public transport on ${database.kind}`, () => {
    const { ask, close, territory } = askAgents(database);
    after(close);

    test('shows departures by timetable and real time, and removes those in the past', async (t) => {
      const now = DateTime.now().setZone(ZONE);
      const seconds = () => Math.floor(Date.now() / 1000);
      let trips = ['t1', 't2', 't3', 'far'];
      let realTime = (): Uint8Array => feedMessage(seconds(), []);
      const server = await startWebServer(({ url }) =>
        url.pathname === '/gtfs.zip' ? { body: feedOf(now, trips) } : { body: realTime() },
      );
      t.after(() => server.close());
      const feed = `LU-${randomBytes(4).toString('hex')}`;
      const gtfs = {
        id: feed,
        name: 'Lines',
        kind: 'gtfs',
        from: { url: `${server.url}/gtfs.zip` },
        box: [5.7, 49.3, 6, 49.55],
      };
      const real = `${server.url}/rt`;
      const board = {
        id: `${feed}-board`,
        name: 'Departures',
        kind: 'departures',
        feed,
        from: { tripUpdates: real, vehiclePositions: real, alerts: real },
      };
      const urn = (type: string, ...ids: string[]) => ['urn:ngsi-ld', type, feed, ...ids].join(':');
      const run = async (id: string) => {
        const { status, body } = await ask('POST', `/sources/${id}/run`);
        assert.equal(status, 200, JSON.stringify(body));
        return body;
      };
      const place = await territory();
      // biome-ignore lint/suspicious/noExplicitAny: attributes of an entity that is asserted on
      const entity = (id: string): Promise<any> => place.entity(id);
      const day = now.toFormat('yyyyMMdd');
      const departure = (stop: string, trip: string, sequence: string) =>
        urn('ArrivalEstimation', stop, trip, day, sequence);

      assert.equal((await ask('POST', '/sources', board)).status, 201);
      const early = await run(board.id);
      assert.deepEqual(
        [early.outcome, early.message],
        ['failed', `feed is "${feed}", expected a source of kind gtfs that has run`],
      );
      assert.equal((await ask('POST', '/sources', gtfs)).status, 201);
      const read = await run(feed);
      assert.deepEqual([read.outcome, read.taken], ['ok', 4], JSON.stringify(read)); // agency, line, two stops
      const stop = await eventually('the stop', () => entity(urn('GtfsStop', 'B')));
      assert.deepEqual([stop.name.value, stop.location.value.coordinates], ['Belval, Université', [5.9488, 49.5004]]);
      assert.deepEqual(
        [stop.platformCode.value, stop.hasParentStation.object, stop.wheelChairAccessible.value],
        ['3b', urn('GtfsStation', 'S'), '1'],
        'accessible as its station is',
      );
      assert.equal((await entity(urn('GtfsStop', 'A'))).wheelChairAccessible.value, '2');
      assert.equal(
        (await eventually('the line', () => entity(urn('GtfsRoute', 'r4')))).operatedBy.object,
        urn('GtfsAgency', 'x'),
      );
      assert.equal(await entity(urn('GtfsStop', 'C')), undefined);

      // By the timetable only.
      const first = await run(board.id);
      assert.deepEqual([first.outcome, first.taken, first.refused], ['ok', 6, 0], JSON.stringify(first));
      const planned = await eventually('a departure', () => entity(departure('A', 't1', '1')));
      assert.deepEqual(
        [planned.line.value, planned.headSign.value, planned.departureStatus.value, planned.hasStop.object],
        ['4', 'Luxembourg', 'scheduled', urn('GtfsStop', 'A')],
      );
      assert.match(planned.remainingTime.value, /^PT\d+M(\d+S)?$/);
      assert.equal((await run(board.id)).taken, 0);
      const calls = await timetableCalls(place.db, [urn('GtfsStop', 'A'), urn('GtfsStop', 'C'), 'urn:x'], {
        from: now.toJSDate(),
        to: now.plus({ hours: 2 }).toJSDate(),
      });
      assert.deepEqual(
        calls.map(({ id, stop, line, headSign }) => [id, stop, line, headSign]),
        ['t1', 't2', 't3'].map((trip) => [departure('A', trip, '1'), urn('GtfsStop', 'A'), '4', 'Luxembourg']),
      );

      // Where a trip ends, nobody gets on, but journeys arrive there.
      const stops = [urn('GtfsStop', 'A'), urn('GtfsStop', 'B')];
      const today = String(now.toISODate());
      const passing = await timetableTrips(place.db, stops, today, { from: 0, to: 172_800 });
      const first1 = passing.filter(({ trip }) => trip.endsWith(' t1'));
      assert.deepEqual(
        first1.map(({ stop, route, line, headSign }) => [stop, route, line, headSign]),
        stops.map((stop) => [stop, urn('GtfsRoute', 'r4'), '4', 'Luxembourg']),
      );
      const [leaving, arriving] = first1;
      assert.equal((arriving?.arrives ?? 0) - (leaving?.departs ?? 0), 300);

      // A delay, a cancellation, a vehicle, a disruption.
      realTime = () =>
        feedMessage(seconds(), [
          { id: '1', tripUpdate: { trip: { tripId: 't1' }, stopTimeUpdate: [{ stopId: 'A', delayS: 240 }] } },
          { id: '2', tripUpdate: { trip: { tripId: 't2', cancelled: true }, stopTimeUpdate: [] } },
          { id: '3', vehicle: { id: 'bus-7', tripId: 't1', latitude: 49.48, longitude: 5.9, speed: 10 } },
          { id: '4', alert: { routeId: 'r4', fr: 'Travaux', de: 'Baustelle' } },
        ]);
      await run(board.id);
      const late = await eventually('the delay', async () => {
        const shown = await entity(departure('B', 't1', '2'));
        return shown.departureStatus.value === 'realTime' ? shown : undefined;
      });
      const delay =
        Date.parse(late.expectedDeparture.value['@value']) - Date.parse(late.plannedDeparture.value['@value']);
      assert.equal(delay, 240_000);
      await eventually(
        'the cancelled one',
        async () => (await entity(departure('A', 't2', '1'))).departureStatus.value === 'cancelled' || undefined,
      );
      const bus = await eventually('the bus', () => entity(urn('Vehicle', 'bus-7')));
      assert.deepEqual([bus.location.value.coordinates, bus.speed.value], [[5.9, 49.48], 36]);
      const alert = await eventually('the alert', () => entity(urn('Alert', '4')));
      assert.deepEqual(alert.description.languageMap, { fr: 'Travaux', de: 'Baustelle' });
      assert.deepEqual(alert.affectedRoute.object, [urn('GtfsRoute', 'r4')]);

      // Outdated real time is ignored; a disruption stays until a current feed no longer has it.
      realTime = () => feedMessage(seconds() - 3600, []);
      const stale = await run(board.id);
      assert.match(
        stale.problems[0].message,
        /tripUpdates is 36\d\d s old, expected at most 300 s: the timetable is shown/,
      );
      await eventually(
        'the timetable again',
        async () => (await entity(departure('A', 't2', '1'))).departureStatus.value === 'scheduled' || undefined,
      );
      assert.notEqual(await entity(urn('Alert', '4')), undefined);

      // A trip that the next timetable no longer has, and an ended disruption.
      trips = ['t1', 't3'];
      realTime = () => feedMessage(seconds(), []);
      await run(feed);
      await run(board.id);
      await eventually(
        'no such departure',
        async () => (await entity(departure('A', 't2', '1'))) === undefined || undefined,
        60_000,
      );
      await eventually(
        'no disruption',
        async () => (await entity(urn('Alert', '4'))) === undefined || undefined,
        60_000,
      );
      assert.notEqual(await entity(departure('A', 't3', '1')), undefined);
    });

    test('reports errors of a feed', async (t) => {
      const bodies: Record<string, Uint8Array> = {
        '/text': strToU8('no zip'),
        '/empty': zipSync({ 'agency.txt': strToU8('agency_id\n') }),
      };
      const server = await startWebServer(({ url }) => ({ body: bodies[url.pathname] ?? message([]) }));
      t.after(() => server.close());
      for (const [path, expected] of [
        ['/text', /the file is not a zip file/],
        ['/empty', /the feed has no routes\.txt, which GTFS requires/],
      ] as const) {
        const source = { id: 'wrong', name: 'x', kind: 'gtfs', from: { url: server.url + path } };
        const { status, body } = await ask('POST', '/sources/preview', source);
        assert.equal(status, 422);
        assert.match(body.message, expected);
      }
    });
  });
}
