import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { chosenBy, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { askAgents } from './support/ask.ts';
import { type Answer, startWebServer } from './support/web-server.ts';

/* What the server answers here has the form of the locations of OCPI 2.2.1 (github.com/ocpi/ocpi), with values of our own. */

type Entity = Record<string, { value?: unknown; observedAt?: string } | undefined>;

const connector = (standard: string, amperes: number) => ({
  ...{ id: '1', standard, format: 'CABLE', power_type: 'DC', max_voltage: 400, max_amperage: amperes },
  last_updated: '2026-05-04T07:00:00Z',
});
const evse = (uid: string, status: string, ...connectors: object[]) => ({
  ...{ uid, evse_id: `FR*ABC*E${uid}`, status, connectors, capabilities: ['RFID_READER'] },
  last_updated: `2026-05-04T07:00:0${uid}`,
});
const location = (id: string, evses: readonly object[], more: object = {}) => ({
  ...{ country_code: 'FR', party_id: 'ABC', id, publish: true, name: `Parking ${id}`, address: '1 rue Haute' },
  ...{ city: 'Thil', postal_code: '54880', country: 'FRA', coordinates: { latitude: '49.4712', longitude: '5.9080' } },
  ...{ evses, operator: { name: 'Ampère' }, time_zone: 'Europe/Paris', opening_times: { twentyfourseven: true } },
  last_updated: '2026-05-04T07:00:09Z',
  ...more,
});
const answer = (data: unknown, code = 1000, message = 'Success') => ({
  ...{ data, status_code: code, status_message: message, timestamp: '2026-05-04T07:01:00Z' },
});

for (const database of chosenBy('ocpi-sources', testDatabases())) {
  describe(`charging stations by OCPI on ${database.kind}`, () => {
    const { ask, close, territory } = askAgents(database);
    after(close);

    async function make(id: string, url: string) {
      const secretHeaders = { Authorization: `Token ${btoa('token')}` };
      const made = await ask('POST', '/sources', { id, name: id, kind: 'ocpi', from: { url, secretHeaders } });
      assert.equal(made.status, 201, JSON.stringify(made.body));
    }
    const run = async (id: string) => (await ask('POST', `/sources/${id}/run`)).body;
    const urn = (id: string) => `urn:ngsi-ld:EVChargingStation:${id}`;
    const entity = async (id: string) => (await territory()).entity(urn(id)) as Promise<Entity | undefined>;
    const station = (id: string) => eventually(`station ${id}`, () => entity(id));

    test('locations of all pages become stations with what is free, and end when they are gone', async (t) => {
      let second: readonly object[] = [
        location('b', [evse('1', 'UNKNOWN', connector('CHADEMO', 125))]),
        location('private', [evse('1', 'AVAILABLE')], { publish: false }),
        location('planned', [evse('1', 'PLANNED')]),
      ];
      const first = location('a', [
        evse('1', 'AVAILABLE', connector('IEC_62196_T2_COMBO', 250), connector('IEC_62196_T2', 32)),
        evse('2', 'CHARGING', connector('IEC_62196_T2', 32)),
        evse('3', 'OUTOFORDER', connector('DOMESTIC_E', 16)),
        evse('4', 'REMOVED', connector('TESLA_S', 500)),
      ]);
      const server = await startWebServer(({ url, headers }): Answer => {
        if (headers.authorization !== `Token ${btoa('token')}`) return { status: 401, body: answer(undefined, 2000) };
        if (url.searchParams.get('offset') === '1') return { body: answer(second) };
        const next = `${server.url}/ocpi/2.2.1/locations?offset=1&limit=1`;
        return { headers: { link: `<${next}>; rel="next"`, 'x-limit': '1' }, body: answer([first]) };
      });
      t.after(() => server.close());
      await make('ocpi-pages', `${server.url}/ocpi/2.2.1/locations`);
      const { outcome, rows, refused } = await run('ocpi-pages');
      assert.deepEqual([outcome, rows, refused], ['ok', 4, 0]);
      const a = await station('ocpi-pages:FR-ABC-a');
      assert.deepEqual(
        [a.name, a.capacity, a.availableCapacity, a.status, a.socketNumber, a.amperage, a.voltage, a.openingHours].map(
          (each) => each?.value,
        ),
        ['Parking a', 3, 1, 'working', 4, 250, 400, '24/7'],
      );
      assert.deepEqual(a.socketType?.value, ['CCS/SAE', 'Type2', 'Wall_Euro']);
      assert.deepEqual(a.location?.value, { type: 'Point', coordinates: [5.908, 49.4712] });
      assert.deepEqual(a.address?.value, {
        ...{ streetAddress: '1 rue Haute', addressLocality: 'Thil', postalCode: '54880', addressCountry: 'FRA' },
      });
      assert.equal(a.availableCapacity?.observedAt, '2026-05-04T07:00:03.000Z', 'without a zone: UTC');
      const b = await station('ocpi-pages:FR-ABC-b');
      assert.deepEqual([b.capacity?.value, b.availableCapacity, b.status], [1, undefined, undefined]);
      for (const absent of ['private', 'planned']) assert.equal(await entity(`pages:FR-ABC-${absent}`), undefined);

      second = [];
      assert.equal((await run('ocpi-pages')).outcome, 'ok');
      await eventually('the end of the station', async () => (await entity('ocpi-pages:FR-ABC-b')) === undefined);
      assert.ok(await entity('ocpi-pages:FR-ABC-a'));
    });

    test('a server that misbehaves fails or is told, and takes no station away', async (t) => {
      const good = answer([
        location('x', [evse('1', 'INOPERATIVE')]),
        location('nowhere', [evse('1', 'AVAILABLE')], { coordinates: { latitude: 'north', longitude: '5.9' } }),
        { ...location('y', []), id: undefined },
        'nonsense',
        location('no points', [], { evses: null }),
      ]);
      let given: Answer = { body: good };
      const server = await startWebServer(() => given);
      t.after(() => server.close());
      await make('ocpi-bad', `${server.url}/locations`);
      const { outcome, refused, problems } = await run('ocpi-bad');
      assert.deepEqual([outcome, refused], ['ok', 3]);
      assert.deepEqual(
        problems.map(({ field }: { field: string }) => field),
        ['coordinates', 'id', 'id'],
      );
      assert.equal((await station('ocpi-bad:FR-ABC-x')).status?.value, 'outOfService');
      const failures: readonly (readonly [Answer, RegExp])[] = [
        [{ body: answer(undefined, 3001, 'Unable to use the client’s API') }, /status_code is 3001, .*Unable to use/],
        [{ body: { message: 'moved' } }, /status_code is missing/],
        [{ body: answer({ id: 'x' }) }, /data is no list/],
        [{ status: 401, body: answer(undefined, 2000) }, /answered 401/],
        [{ body: '<html>' }, /answered no JSON/],
        [{ body: good, headers: { link: '<http://elsewhere.example/locations>; rel="next"' } }, /next page lies on/],
        [{ body: good, headers: { link: `<${server.url}/locations>; rel="next"` } }, /more than 1000 pages/],
      ];
      for (const [wrong, message] of failures) {
        given = wrong;
        const failed = await run('ocpi-bad');
        assert.equal(failed.outcome, 'failed');
        assert.match(failed.message, message);
      }
      assert.ok(await entity('ocpi-bad:FR-ABC-x'));
    });
  });
}
