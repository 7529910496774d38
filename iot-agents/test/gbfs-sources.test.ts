import assert from 'node:assert/strict';
import { after, describe, type TestContext, test } from 'node:test';
import { chosenBy, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { askAgents } from './support/ask.ts';
import { LINK } from './support/territory.ts';
import { type Answer, startWebServer } from './support/web-server.ts';

/* What the servers answer here has the form of GBFS 2.3 and 3.0 (github.com/MobilityData/gbfs), with values of our own. */

type Files = Record<string, Answer | object>;
type Entity = Record<string, { value?: unknown; observedAt?: string } | undefined>;

const VEHICLES = '/ngsi-ld/v1/entities?type=Vehicle&limit=1000';
const REPORTED = '2026-05-04T07:58:30.000Z';
const SECONDS = Date.parse(REPORTED) / 1000;

const file2 = (data: object, ttl = 0) => ({ last_updated: SECONDS + 60, ttl, version: '2.3', data });
const file3 = (data: object, ttl = 0) => ({ last_updated: '2026-05-04T07:59:30Z', ttl, version: '3.0', data });

const VERSION_2: Files = {
  station_information: file2({
    stations: [
      { station_id: 'a', name: 'Gare', lat: 49.52, lon: 5.76, capacity: 12, address: '1 place de la Gare' },
      { station_id: 'b', name: 'Mairie', lat: 49.53, lon: 5.77, capacity: 0, is_virtual_station: true },
      { station_id: 'c', name: 'Loin', lat: 48.1, lon: 5.77 },
      { station_id: 'd', name: 'Hiver', lat: 49.54, lon: 5.78 },
    ],
  }),
  station_status: file2({
    stations: [
      {
        ...{ station_id: 'a', num_bikes_available: 5, num_docks_available: 6, num_docks_disabled: 1 },
        ...{ is_installed: true, is_renting: true, is_returning: true, last_reported: SECONDS },
      },
      // Milliseconds instead of seconds, and no dock because the station is virtual.
      { station_id: 'b', num_bikes_available: 0, is_installed: true, is_renting: true, last_reported: SECONDS * 1000 },
      { station_id: 'd', num_bikes_available: 3, is_installed: true, is_renting: false, last_reported: 0 },
      { station_id: 'unknown', num_bikes_available: 3 },
    ],
  }),
  vehicle_types: file2({
    vehicle_types: [{ vehicle_type_id: 't', form_factor: 'bicycle', propulsion_type: 'electric_assist' }],
  }),
  free_bike_status: file2({
    bikes: [
      {
        ...{ bike_id: 'free', lat: 49.521, lon: 5.761, is_reserved: false, is_disabled: false },
        ...{ vehicle_type_id: 't', current_fuel_percent: 0.4, last_reported: SECONDS },
      },
      { bike_id: 'docked', station_id: 'a', is_reserved: false, is_disabled: false },
      { bike_id: 'reserved', lat: 49.522, lon: 5.762, is_reserved: true, is_disabled: false },
      { bike_id: 'broken', lat: 49.523, lon: 5.763, is_reserved: false, is_disabled: true },
    ],
  }),
};

const VERSION_3: Files = {
  station_information: file3({
    stations: [
      {
        ...{ station_id: 'x', lat: 49.6, lon: 6.1, capacity: 20 },
        name: [
          { text: 'Bahnhof', language: 'de' },
          { text: 'Gare centrale', language: 'fr' },
        ],
      },
    ],
  }),
  station_status: file3({
    stations: [
      {
        ...{ station_id: 'x', num_vehicles_available: 20, num_docks_available: 0 },
        ...{ is_installed: true, is_renting: true, is_returning: true, last_reported: REPORTED },
      },
    ],
  }),
  vehicle_types: file3({
    vehicle_types: [{ vehicle_type_id: 's', form_factor: 'scooter_standing', propulsion_type: 'electric' }],
  }),
  vehicle_status: file3({
    vehicles: [
      { vehicle_id: 'v1', lat: 49.61, lon: 6.11, is_reserved: false, is_disabled: false, vehicle_type_id: 's' },
    ],
  }),
};

for (const database of chosenBy('gbfs-sources', testDatabases())) {
  describe(`GBFS systems as sources on ${database.kind}`, () => {
    const { ask, close, territory } = askAgents(database);
    after(close);

    async function system(t: TestContext, files: Files, version: 2 | 3) {
      const server = await startWebServer(({ url }) => {
        const name = url.pathname.slice(1).replace('.json', '');
        const feeds = Object.keys(files).map((each) => ({ name: each, url: `${server.url}/${each}.json` }));
        if (name === 'gbfs') return { body: version === 3 ? file3({ feeds }) : file2({ en: { feeds } }) };
        const given = files[name] ?? { status: 404 };
        return 'data' in given ? { body: given } : (given as Answer);
      });
      t.after(() => server.close());
      return server;
    }

    async function run(id: string, url: string, more: object = {}) {
      const from = { url: `${url}/gbfs.json`, secretHeaders: { Authorization: 'Bearer own' } };
      const saved = await ask('PUT', `/sources/${id}`, { id, name: id, kind: 'gbfs', from, ...more });
      assert.equal(saved.status, 204, JSON.stringify(saved.body));
      return runAgain(id);
    }
    const runAgain = async (id: string) => (await ask('POST', `/sources/${id}/run`)).body;

    const station = async (id: string): Promise<Entity> =>
      eventually(`station ${id}`, async () =>
        (await territory()).entity(`urn:ngsi-ld:BikeHireDockingStation:${id}`),
      ) as Promise<Entity>;
    const vehicles = async (feed: string): Promise<Entity[]> => {
      const { app } = await territory();
      const answer = await app.inject({ method: 'GET', url: VEHICLES, headers: { link: LINK } });
      return answer.json().filter(({ id }: { id: string }) => id.startsWith(`urn:ngsi-ld:Vehicle:${feed}:`));
    };

    test('stations of version 2 have what is free, and free bicycles are vehicles', async (t) => {
      const server = await system(t, VERSION_2, 2);
      const { outcome, rows, refused, problems } = await run('bikes2', server.url, { box: [5.7, 49.3, 6.2, 49.7] });
      assert.deepEqual([outcome, rows, refused, problems], ['ok', 8, 0, []]);
      const gare = await station('bikes2:a');
      assert.equal(gare.name?.value, 'Gare');
      assert.deepEqual(gare.address?.value, { streetAddress: '1 place de la Gare' });
      assert.equal(gare.totalSlotNumber?.value, 12);
      assert.deepEqual(
        [gare.availableBikeNumber, gare.freeSlotNumber, gare.outOfServiceSlotNumber, gare.status].map(
          (each) => each?.value,
        ),
        [5, 6, 1, 'working'],
      );
      assert.equal(gare.availableBikeNumber?.observedAt, REPORTED);
      const mairie = await station('bikes2:b');
      assert.deepEqual([mairie.totalSlotNumber, mairie.status?.value], [undefined, 'empty']);
      assert.equal(mairie.availableBikeNumber?.observedAt, REPORTED, 'also from milliseconds');
      const hiver = await station('bikes2:d');
      assert.equal(hiver.status?.value, 'outOfService');
      assert.equal(hiver.status?.observedAt, '2026-05-04T07:59:30.000Z', 'the time of the file');
      assert.equal(await (await territory()).entity('urn:ngsi-ld:BikeHireDockingStation:bikes2:c'), undefined);
      const [bike, ...others] = await eventually('the free bicycle', async () => {
        const found = await vehicles('bikes2');
        return found.length > 0 ? found : undefined;
      });
      assert.deepEqual(others, []);
      assert.deepEqual([bike?.vehicleType?.value, bike?.battery?.value], ['e-bike', 0.4]);
      assert.deepEqual(bike?.location?.value, { type: 'Point', coordinates: [5.761, 49.521] });
    });

    test('version 3 has names in languages, and a vehicle that has moved is another one', async (t) => {
      const files = structuredClone(VERSION_3) as Record<string, ReturnType<typeof file3>>;
      const server = await system(t, files, 3);
      await run('bikes3', server.url, { language: 'de' });
      const bahnhof = await station('bikes3:x');
      assert.deepEqual([bahnhof.name?.value, bahnhof.status?.value], ['Bahnhof', 'full']);
      assert.equal(bahnhof.availableBikeNumber?.observedAt, REPORTED);
      const first = await eventually('the scooter', async () => (await vehicles('bikes3'))[0]);
      assert.equal(first.vehicleType?.value, 'e-scooter');
      files.vehicle_status = file3({
        vehicles: [{ vehicle_id: 'v1', lat: 49.62, lon: 6.12, is_reserved: false, is_disabled: false }],
      });
      await runAgain('bikes3');
      const second = await eventually('the scooter elsewhere', async () =>
        (await vehicles('bikes3')).find(({ id }) => id !== first.id),
      );
      assert.ok(!JSON.stringify([first.id, second.id]).includes('v1'));
    });

    test('files are asked for again only after their time to live', async (t) => {
      const server = await system(t, { ...VERSION_3, station_status: file3({ stations: [] }, 600) }, 3);
      const lasting = { ...VERSION_3, station_status: file3({ stations: [] }, 600), vehicle_status: file3({}, 600) };
      const patient = await system(t, lasting, 3);
      for (const [id, { url, asked }, again] of [
        ['often', server, 'ok'],
        ['seldom', patient, 'unchanged'],
      ] as const) {
        assert.equal((await run(id, url)).outcome, 'ok');
        const before = asked.length;
        assert.equal((await ask('POST', `/sources/${id}/run`)).body.outcome, again);
        assert.equal(asked.length === before, again === 'unchanged');
      }
    });

    test('of a server that misbehaves, what can be read counts, and the rest is told', async (t) => {
      const files: Files = {
        ...VERSION_2,
        station_information: file2({
          stations: [
            { station_id: 'a', name: 'Gare', lat: 49.52, lon: 5.76 },
            { name: 'Ohne', lat: 49.52, lon: 5.76 },
            { station_id: 'n', name: 'Null', lat: 0, lon: 0 },
            'nonsense',
          ],
        }),
        station_status: file2({
          stations: [
            { station_id: 'a', num_bikes_available: -2, num_docks_available: '3', last_reported: SECONDS + 1e9 },
          ],
        }),
        free_bike_status: { status: 200, body: '<html>maintenance</html>' },
      };
      const server = await system(t, files, 2);
      const { outcome, refused, problems } = await run('gbfs-bad', server.url);
      assert.deepEqual([outcome, refused], ['ok', 3]);
      assert.deepEqual(
        problems.map(({ field }: { field: string }) => field),
        ['vehicles', 'num_bikes_available', 'num_docks_available', 'station_id', 'lat', 'station_id'],
      );
      const gare = await station('gbfs-bad:a');
      assert.deepEqual([gare.availableBikeNumber, gare.freeSlotNumber], [undefined, undefined]);
      assert.equal(gare.status?.observedAt, '2026-05-04T07:59:30.000Z', 'not a time in the future');

      // Stations that can't be read stay; those that are gone end.
      files.station_information = { status: 503 };
      files.free_bike_status = VERSION_2.free_bike_status as object;
      assert.equal((await runAgain('gbfs-bad')).outcome, 'ok');
      assert.ok(await (await territory()).entity('urn:ngsi-ld:BikeHireDockingStation:gbfs-bad:a'));
      files.station_information = file2({ stations: [] });
      await runAgain('gbfs-bad');
      await eventually('the end of the station', async () =>
        (await (await territory()).entity('urn:ngsi-ld:BikeHireDockingStation:gbfs-bad:a')) === undefined
          ? true
          : undefined,
      );
      files.station_information = { status: 503 };
      files.free_bike_status = { status: 500 };
      const failed = await runAgain('gbfs-bad');
      assert.equal(failed.outcome, 'failed');
      assert.match(failed.message, /answered 503/);
    });

    test('secrets are for the host of the discovery file alone', async (t) => {
      const other = await system(t, VERSION_3, 3);
      const server = await startWebServer(() => ({
        body: file3({ feeds: [{ name: 'station_information.json', url: `${other.url}/station_information.json` }] }),
      }));
      t.after(() => server.close());
      assert.equal((await run('apart', server.url)).outcome, 'ok');
      assert.equal(server.asked[0]?.headers.authorization, 'Bearer own');
      assert.deepEqual(
        other.asked.map(({ headers }) => headers.authorization),
        [undefined],
      );
    });

    test('a file that names no file of GBFS fails', async (t) => {
      const server = await startWebServer(() => ({ body: { data: { feeds: [{ name: 'system_alerts', url: 'x' }] } } }));
      t.after(() => server.close());
      const { outcome, message } = await run('none', server.url);
      assert.equal(outcome, 'failed');
      assert.match(message, /it is no GBFS/);
    });
  });
}
