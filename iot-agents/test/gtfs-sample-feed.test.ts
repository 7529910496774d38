import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { chosenBy, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import type { Entity } from '@alzette/ngsi-ld-schemas';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { DateTime } from 'luxon';
import { askAgents } from './support/ask.ts';
import { feedMessage } from './support/protobuf.ts';
import { attributeValue } from './support/territory.ts';
import { startWebServer } from './support/web-server.ts';

const ZONE = 'Europe/Paris';
const HEADWAY_S = 600;

/*
 * A feed with the structure of the sample feed in the GTFS reference: all its files, including those that are
 * irrelevant for departures; repeated departures (frequencies.txt), hours of one digit and above 24, a removed day,
 * quoted names. The content is our own.
 */
function sampleFeed(now: DateTime): Uint8Array {
  const today = now.toFormat('yyyyMMdd');
  const files: Record<string, string> = {
    'agency.txt': `agency_id,agency_name,agency_url,agency_timezone\nVAL,Navettes de la vallée,https://example.org,${ZONE}`,
    'stops.txt': [
      'stop_id,stop_name,stop_desc,stop_lat,stop_lon,zone_id,stop_url',
      'GARE,"Gare (démo)",,49.471,5.931,,',
      'MAIRIE,"Mairie, place ""haute""",,49.472,5.934,,',
      'LYCEE,Lycée (démo),,49.474,5.937,,',
      'STADE,Stade (démo),,49.476,5.941,,',
    ].join('\n'),
    'routes.txt': [
      'route_id,agency_id,route_short_name,route_long_name,route_desc,route_type,route_url,route_color,route_text_color',
      'CENTRE,VAL,10,Gare - Stade,,3,,1B7F3B,FFFFFF',
      'SOIR,VAL,40,Stade - Gare,,3,,,',
    ].join('\n'),
    'trips.txt': [
      'route_id,service_id,trip_id,trip_headsign,direction_id,block_id,shape_id',
      'CENTRE,TOUS,CENTRE1,Stade,0,,',
      'SOIR,TOUS,SOIR1,Gare,1,,',
      'SOIR,JAMAIS,SOIR2,Nulle part,1,,',
    ].join('\n'),
    'stop_times.txt': [
      'trip_id,arrival_time,departure_time,stop_id,stop_sequence,stop_headsign,pickup_type,drop_off_time,shape_dist_traveled',
      'CENTRE1,6:00:00,6:00:00,GARE,1,,,,',
      'CENTRE1,6:05:00,6:07:00,MAIRIE,2,,,,',
      'CENTRE1,6:12:00,6:14:00,LYCEE,3,,,,',
      'CENTRE1,6:19:00,6:21:00,STADE,4,,,,',
      'SOIR1,25:10:00,25:10:00,STADE,1,,,,',
      'SOIR1,25:30:00,25:30:00,GARE,2,,,,',
      'SOIR2,0:00:00,0:00:00,STADE,1,,,,',
      'SOIR2,23:59:00,23:59:00,GARE,2,,,,',
    ].join('\n'),
    'frequencies.txt': [
      'trip_id,start_time,end_time,headway_secs',
      `CENTRE1,0:00:00,12:00:00,${HEADWAY_S}`,
      `CENTRE1,12:00:00,24:00:00,${HEADWAY_S}`,
    ].join('\n'),
    'calendar.txt': [
      'service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date',
      'TOUS,1,1,1,1,1,1,1,20200101,20991231',
      'JAMAIS,1,1,1,1,1,1,1,20200101,20991231',
    ].join('\n'),
    'calendar_dates.txt': [
      'service_id,date,exception_type',
      ...[-2, -1, 0, 1].map((days) => `JAMAIS,${now.plus({ days }).toFormat('yyyyMMdd')},2`),
      `TOUS,${today},1`,
    ].join('\n'),
    'fare_attributes.txt': 'fare_id,price,currency_type,payment_method,transfers,transfer_duration\np,1.25,EUR,0,0,',
    'fare_rules.txt': 'fare_id,route_id,origin_id,destination_id,contains_id\np,CENTRE,,,',
    'shapes.txt': 'shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence,shape_dist_traveled\n',
  };
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));
}

for (const database of chosenBy('gtfs-sample-feed', testDatabases())) {
  describe(`a sample feed and its real-time twin on ${database.kind}`, () => {
    const { ask, close, territory } = askAgents(database);
    after(close);

    test('repeated departures are on the board, each trip with its own delay', async (t) => {
      const now = DateTime.now().setZone(ZONE);
      const noon = now.set({ hour: 12, minute: 0, second: 0, millisecond: 0 });
      const nowS = (now.toMillis() - noon.minus({ hours: 12 }).toMillis()) / 1000;
      /** The trip that passes the stop MAIRIE, seven minutes after its start, some minutes from now. */
      const startS = Math.ceil((nowS + 120 - 420) / HEADWAY_S) * HEADWAY_S;
      const two = (n: number) => String(n).padStart(2, '0');
      const runAt = (fromS: number) => {
        const days = Math.floor(fromS / 86_400);
        const clockS = fromS - days * 86_400;
        const startTime = `${two(Math.floor(clockS / 3600))}:${two(Math.floor((clockS % 3600) / 60))}:00`;
        return { startTime, startDate: now.plus({ days }).toFormat('yyyyMMdd') };
      };
      const idOf = ({ startTime, startDate }: ReturnType<typeof runAt>) =>
        [
          'urn:ngsi-ld:ArrivalEstimation',
          feed,
          'MAIRIE',
          encodeURIComponent(`CENTRE1 ${startTime}`),
          startDate,
          2,
        ].join(':');
      const feed = `FR-${randomBytes(4).toString('hex')}`;
      let realTime = feedMessage(Math.floor(Date.now() / 1000), []);
      const server = await startWebServer(({ url }) =>
        url.pathname === '/sample.zip' ? { body: sampleFeed(now) } : { body: realTime },
      );
      t.after(() => server.close());
      const run = async (id: string) => {
        const { status, body } = await ask('POST', `/sources/${id}/run`);
        assert.deepEqual([status, body.outcome], [200, 'ok'], JSON.stringify(body));
        return body;
      };
      const gtfs = { id: feed, name: 'Sample', kind: 'gtfs', from: { url: `${server.url}/sample.zip` } };
      const tripUpdates = `${server.url}/rt`;
      const board = {
        id: `${feed}-board`,
        name: 'Board',
        kind: 'departures',
        feed,
        from: { tripUpdates },
        horizonMin: 60,
      };
      assert.equal((await ask('POST', '/sources', gtfs)).status, 201);
      assert.equal((await run(feed)).taken, 1 + 2 + 4, 'agency, lines, stops');
      assert.equal((await ask('POST', '/sources', board)).status, 201);
      // Three stops with a departure every ten minutes.
      const { taken } = await run(board.id);
      assert.ok(taken >= 3 * 5 && taken <= 3 * 8, `${taken} departures`);

      const place = await territory();
      const shown = () => place.entity(idOf(runAt(startS)));
      const instant = (of: Entity, name: string) =>
        (attributeValue(of, name) as { readonly '@value': string })['@value'];
      const planned = await eventually('the run', shown);
      const at = noon.minus({ hours: 12 }).plus({ seconds: startS + 420 });
      assert.deepEqual(
        [attributeValue(planned, 'line'), attributeValue(planned, 'headSign'), instant(planned, 'plannedDeparture')],
        ['10', 'Stade', at.toUTC().toISO()],
      );

      const trip = { tripId: 'CENTRE1', ...runAt(startS) };
      const update = { id: '1', tripUpdate: { trip, stopTimeUpdate: [{ stopId: 'MAIRIE', delayS: 180 }] } };
      realTime = feedMessage(Math.floor(Date.now() / 1000), [update]);
      await run(board.id);
      const late = await eventually('the delay of this run', async () => {
        const each = await shown();
        return attributeValue(each, 'departureStatus') === 'realTime' ? each : undefined;
      });
      assert.equal(Date.parse(instant(late, 'expectedDeparture')) - at.toMillis(), 180_000);
      const other = await place.entity(idOf(runAt(startS + HEADWAY_S)));
      assert.equal(attributeValue(other, 'departureStatus'), 'scheduled', 'the run after it keeps its time');
    });

    test('an endless frequency is refused', async (t) => {
      const now = DateTime.now().setZone(ZONE);
      const files = unzipSync(sampleFeed(now));
      files['frequencies.txt'] = strToU8('trip_id,start_time,end_time,headway_secs\nCENTRE1,0:00:00,26:00:00,0');
      const server = await startWebServer(() => ({ body: zipSync(files) }));
      t.after(() => server.close());
      const source = { id: 'endless', name: 'x', kind: 'gtfs', from: { url: server.url } };
      const { status, body } = await ask('POST', '/sources/preview', source);
      assert.equal(status, 422);
      assert.match(body.message, /frequencies\.txt: trip CENTRE1 leaves 0:00:00 to 26:00:00 every 0 s/);
    });
  });
}
