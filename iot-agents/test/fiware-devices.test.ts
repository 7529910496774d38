import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, describe, test } from 'node:test';
import { freshTenant, testDatabases } from '@alzette/broker/test-support';
import type { InjectOptions } from 'fastify';
import { readUltraLight } from '../src/transports/ultralight.ts';
import { CORPUS_MISSING, corpusFile } from './support/payload-corpus.ts';
import type { Territory } from './support/territory.ts';
import { attributeValue, eventually, startTerritory } from './support/territory.ts';

const WEATHER = {
  resource: '/iot/json',
  entity_type: 'WeatherObserved',
  transport: 'MQTT',
  attributes: [
    { object_id: 't', name: 'temperature', type: 'Number', metadata: { unitCode: { type: 'Text', value: 'CEL' } } },
    { object_id: 'h', name: 'relativeHumidity', type: 'Number', expression: 'h / 100' },
  ],
  commands: [{ name: 'ping', type: 'command' }],
  static_attributes: [{ name: 'source', type: 'Text', value: 'town-hall' }],
};

for (const database of testDatabases()) {
  describe(`FIWARE devices on ${database.kind}`, () => {
    let started: Promise<Territory> | undefined;
    after(async () => (await started)?.close());
    const territory = async (): Promise<Territory> => {
      started ??= database.open().then((db) => startTerritory(db));
      return started;
    };
    const ask = async (options: InjectOptions) => {
      const answer = await (await territory()).app.inject(options);
      const isJson = answer.headers['content-type']?.toString().includes('json') && answer.body !== '';
      return { status: answer.statusCode, body: isJson ? answer.json() : answer.body };
    };
    /** A service of its own with one group. */
    const freshService = async (group: object = WEATHER) => {
      const service = freshTenant();
      const apikey = `k${randomBytes(8).toString('hex')}`;
      const headers = { 'fiware-service': service, 'fiware-servicepath': '/' };
      const provision = (method: InjectOptions['method'], path: string, payload?: object) =>
        ask({ method, url: `/iot${path}`, headers, ...(payload === undefined ? {} : { payload }) });
      assert.deepEqual(await provision('POST', '/groups', { groups: [{ ...group, apikey }] }), {
        status: 201,
        body: {},
      });
      const measure = (path: string, payload: string, type = 'application/json') =>
        ask({ method: 'POST', url: `/iot${path}`, payload, headers: { 'content-type': type } });
      const publish = async (topic: string, payload: string) =>
        (await territory()).mqtt.publishAsync(topic.replace('KEY', apikey), payload, { qos: 1 });
      const entity = (id: string, has: Record<string, unknown>) =>
        eventually(`${id} with ${JSON.stringify(has)}`, async () => {
          const found = await (await territory()).entity(id, service);
          return found !== undefined &&
            Object.entries(has).every(([name, value]) => same(attributeValue(found, name), value))
            ? found
            : undefined;
        });
      return { service, apikey, headers, provision, measure, publish, entity };
    };
    const quarantined = (apikey: string) =>
      eventually(`quarantine of ${apikey}`, async () => {
        const { body } = await ask({ method: 'GET', url: '/iot/quarantine?limit=1000' });
        return (body.frames as { topic: string; reason: string; message: string }[]).find(({ topic }) =>
          topic.includes(apikey),
        );
      });

    describe('measures', () => {
      test('of the worked example become an entity', async () => {
        const { apikey, entity, measure } = await freshService({
          resource: '/iot/json',
          entity_type: 'AirQualityObserved',
          timestamp: true,
          explicitAttrs: true,
          attributes: [
            {
              object_id: 't',
              name: 'temperature',
              type: 'Number',
              metadata: { unitCode: { type: 'Text', value: 'CEL' } },
            },
            { object_id: 'h', name: 'relativeHumidity', type: 'Number', expression: 'h/100' },
            { object_id: 'gps', name: 'location', type: 'geo:point' },
          ],
          static_attributes: [{ name: 'typeofLocation', type: 'Text', value: 'outdoor' }],
        });
        const answer = await measure(`/json?k=${apikey}&i=aq1`, '{"t":21.5,"h":48,"gps":"4.85,45.75","x":1}');
        assert.deepEqual(answer, { status: 200, body: {} });
        const { '@context': _, ...found } = await entity('urn:ngsi-ld:AirQualityObserved:aq1', { temperature: 21.5 });
        const { observedAt } = found.temperature as { observedAt: string };
        assert.ok(Math.abs(Date.parse(observedAt) - Date.now()) < 20_000);
        assert.deepEqual(found, {
          id: 'urn:ngsi-ld:AirQualityObserved:aq1',
          type: 'AirQualityObserved',
          temperature: { type: 'Property', value: 21.5, unitCode: 'CEL', observedAt },
          relativeHumidity: { type: 'Property', value: 0.48, observedAt },
          location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [4.85, 45.75] }, observedAt },
          typeofLocation: { type: 'Property', value: 'outdoor' },
        });
      });

      const TOPICS = ['/json/KEY/s/attrs', 'json/KEY/s/attrs', '/KEY/s/attrs', 'KEY/s/attrs'];
      test('are taken on topics with and without slash and prefix', async () => {
        const { publish, entity } = await freshService();
        for (const [at, topic] of TOPICS.entries()) {
          await publish(topic, JSON.stringify({ t: 10 + at }));
          await entity('urn:ngsi-ld:WeatherObserved:s', { temperature: 10 + at, source: 'town-hall' });
        }
        await publish('/json/KEY/s/attrs/t', '16');
        await entity('urn:ngsi-ld:WeatherObserved:s', { temperature: 16 });
      });

      test('convert, and leave out what is not of its type', async () => {
        const { publish, entity } = await freshService();
        await publish('/json/KEY/s/attrs', '{"t":"15.5","h":"wet","n":null,"id":"x","type":"y","free":"1"}');
        const found = await entity('urn:ngsi-ld:WeatherObserved:s', {
          temperature: 15.5,
          measure_id: 'x',
          measure_type: 'y',
          free: '1',
        });
        assert.ok(!('relativeHumidity' in found) && !('n' in found) && !('t' in found));
      });

      test('that no JSON are on a topic of one attribute are taken as hex', async () => {
        const { publish, entity } = await freshService();
        await publish('/json/KEY/s/attrs/raw', 'hello');
        await entity('urn:ngsi-ld:WeatherObserved:s', { raw: '68656c6c6f' });
      });

      test('of several moments end with the newest, and all are in its history', async () => {
        const { service, publish, entity } = await freshService();
        const at = (minute: string, t: number) => ({ t, TimeInstant: `2024-04-10T10:${minute}:00Z` });
        await publish('/json/KEY/s/attrs', JSON.stringify([at('15', 14), at('05', 12), at('10', 13)]));
        const found = await entity('urn:ngsi-ld:WeatherObserved:s', { temperature: 14 });
        assert.equal((found.temperature as { observedAt: string }).observedAt, '2024-04-10T10:15:00.000Z');
        // One that comes later still belongs to the history alone.
        await publish('/json/KEY/s/attrs', JSON.stringify(at('07', 12.5)));
        const expected = [
          ['2024-04-10T10:05:00.000Z', 12],
          ['2024-04-10T10:07:00.000Z', 12.5],
          ['2024-04-10T10:10:00.000Z', 13],
          ['2024-04-10T10:15:00.000Z', 14],
        ];
        const history = await eventually('four values in history', async () => {
          const { body } = await ask({
            method: 'GET',
            url: '/ngsi-ld/v1/temporal/entities/urn:ngsi-ld:WeatherObserved:s?attrs=temperature',
            headers: { 'ngsild-tenant': service, link: LINK },
          });
          const instances = (body.temperature ?? []) as { value: number; observedAt: string }[];
          return instances.length === expected.length ? instances : undefined;
        });
        const values = history.map(({ observedAt, value }) => [observedAt, value]);
        assert.deepEqual(values.sort(), expected);
        await entity('urn:ngsi-ld:WeatherObserved:s', { temperature: 14 });
      });

      test('with a time that is none are of the time of reception', async () => {
        const { publish, entity } = await freshService();
        await publish('/json/KEY/s/attrs', '{"t":20,"TimeInstant":"yesterday"}');
        const found = await entity('urn:ngsi-ld:WeatherObserved:s', { temperature: 20 });
        assert.ok(Date.now() - Date.parse((found.temperature as { observedAt: string }).observedAt) < 20_000);
      });

      test('of a key that is none are kept aside, and make nothing', async () => {
        const key = `none${randomBytes(4).toString('hex')}`;
        await (await territory()).mqtt.publishAsync(`/json/${key}/s/attrs`, '{"t":1}', { qos: 1 });
        assert.equal((await quarantined(key)).reason, 'unknown_key');
      });

      test('in UltraLight come by topic, by request and with their times', async () => {
        const { apikey, publish, measure, entity } = await freshService({ ...WEATHER, resource: '/iot/d' });
        await publish('/ul/KEY/u/attrs', 'h|70|t|15');
        await entity('urn:ngsi-ld:WeatherObserved:u', { temperature: 15, relativeHumidity: 0.7 });
        await publish('/KEY/u/attrs/t', '16');
        await entity('urn:ngsi-ld:WeatherObserved:u', { temperature: 16 });
        const got = await ask({ method: 'GET', url: `/iot/d?k=${apikey}&i=u&d=t%7C17` });
        assert.deepEqual(got, { status: 200, body: '' });
        await entity('urn:ngsi-ld:WeatherObserved:u', { temperature: 17 });
        const posted = await measure(`/d?k=${apikey}&i=v&t=2024-01-25T10:00:00Z`, 't|18', 'text/plain');
        assert.deepEqual(posted, { status: 200, body: '' });
        const found = await entity('urn:ngsi-ld:WeatherObserved:v', { temperature: 18 });
        assert.equal((found.temperature as { observedAt: string }).observedAt, '2024-01-25T10:00:00.000Z');
      });

      test('of one attribute by request may be bytes or text', async () => {
        const { apikey, measure, entity } = await freshService();
        const url = (name: string) => `/json/attrs/${name}?k=${apikey}&i=s`;
        await measure(url('hexed'), 'hello', 'application/octet-stream');
        await measure(url('soap'), '<a/>', 'application/soap+xml');
        await measure(url('plain'), '7', 'text/plain');
        await entity('urn:ngsi-ld:WeatherObserved:s', { hexed: '68656c6c6f', soap: '<a/>', plain: 7 });
      });

      test('go to other entities, by the name that an expression gives', async () => {
        const { publish, entity } = await freshService({
          resource: '/iot/json',
          entity_type: 'Device',
          entityNameExp: "'urn:ngsi-ld:Device:' + service + '-' + id",
          explicitAttrs: "['batteryLevel','fillingLevel']",
          attributes: [
            { object_id: 'b', name: 'batteryLevel', type: 'Number', expression: 'b / 100' },
            {
              object_id: 'd',
              name: 'fillingLevel',
              type: 'Number',
              expression: '1 - d / 2000',
              entity_name: "'urn:ngsi-ld:WasteContainer:' + id",
              entity_type: 'WasteContainer',
            },
          ],
        });
        await publish('/json/KEY/bin7/attrs', '{"b":50,"d":500,"x":1}');
        const bin = await entity('urn:ngsi-ld:WasteContainer:bin7', { fillingLevel: 0.75 });
        assert.equal(bin.type, 'WasteContainer');
      });

      const REFUSED: readonly [
        name: string,
        path: string,
        body: string,
        type: string,
        status: number,
        error: string,
      ][] = [
        ['without a key', '/json?i=s', '{"t":1}', 'application/json', 400, 'MANDATORY_PARAMS_NOT_FOUND'],
        ['without a device', '/json?k=KEY', '{"t":1}', 'application/json', 400, 'MANDATORY_PARAMS_NOT_FOUND'],
        ['without measures', '/json?k=KEY&i=s', '', 'application/json', 400, 'MANDATORY_PARAMS_NOT_FOUND'],
        ['of an unknown key', '/json?k=NOPE&i=s', '{"t":1}', 'application/json', 404, 'DEVICE_GROUP_NOT_FOUND'],
        ['that are no JSON', '/json?k=KEY&i=s', '{"t":', 'application/json', 400, 'PARSE_ERROR'],
        ['that are no UltraLight', '/d?k=KEY&i=s', 't|15|k', 'text/plain', 400, 'PARSE_ERROR'],
        ['of another type', '/d?k=KEY&i=s', 't|15', 'application/json', 400, 'UNSUPPORTED_TYPE'],
      ];
      test('are refused when they can not be taken', async () => {
        const { apikey, measure } = await freshService();
        for (const [name, path, body, type, status, error] of REFUSED) {
          const answer = await measure(path.replace('KEY', apikey), body, type);
          assert.deepEqual([answer.status, answer.body.name], [status, error], name);
        }
        assert.equal((await quarantined(apikey)).reason, 'bad_syntax');
      });
    });

    describe('provisioning', () => {
      test('answers for groups as FIWARE does', async () => {
        const { service, apikey, headers, provision } = await freshService();
        const again = await provision('POST', '/services', { services: [{ ...WEATHER, apikey }] });
        assert.deepEqual([again.status, again.body.name], [409, 'DUPLICATE_GROUP']);
        const key = `resource=/iot/json&apikey=${apikey}`;
        assert.equal(
          (await provision('PUT', `/services?${key}`, { entity_type: 'Weather', cbroker: 'x' })).status,
          204,
        );
        const { body } = await provision('GET', '/services');
        assert.equal(body.count, 1);
        assert.deepEqual(body.services, [
          {
            ...WEATHER,
            apikey,
            service,
            subservice: '/',
            entity_type: 'Weather',
            cbroker: 'x',
            lazy: [],
            internal_attributes: [],
          },
        ]);
        assert.equal((await provision('GET', '/groups?resource=/iot/d')).body.count, 0);
        assert.equal((await provision('PUT', '/services', {})).body.name, 'MISSING_CONFIG_PARAMS');
        assert.equal((await provision('DELETE', '/services?resource=/x&apikey=y')).body.name, 'DEVICE_GROUP_NOT_FOUND');
        const foreign = { ...headers, 'fiware-service': 'another' };
        const stolen = await ask({ method: 'DELETE', url: `/iot/services?${key}`, headers: foreign });
        assert.deepEqual([stolen.status, stolen.body.name], [403, 'MISMATCHED_SERVICE']);
        assert.equal((await provision('DELETE', `/services?${key}&device=true`)).status, 204);
        assert.deepEqual((await provision('GET', '/services')).body, { count: 0, services: [] });
      });

      test('answers for devices as FIWARE does', async () => {
        const { service, provision } = await freshService();
        const devices = ['a', 'b', 'c'].map((id) => ({ device_id: id, entity_type: 'Weather' }));
        assert.deepEqual(await provision('POST', '/devices', { devices }), { status: 201, body: {} });
        const twice = await provision('POST', '/devices', { devices: [{ device_id: 'd' }, { device_id: 'a' }] });
        assert.deepEqual([twice.status, twice.body.name], [409, 'DUPLICATE_DEVICE_ID']);
        assert.equal((await provision('GET', '/devices/d')).status, 404);
        const { body } = await provision('GET', '/devices?limit=2&offset=1');
        assert.deepEqual(
          [body.count, body.devices.map((device: { device_id: string }) => device.device_id)],
          [3, ['b', 'c']],
        );
        assert.equal((await provision('PUT', '/devices/a', { timezone: 'Europe/Paris' })).status, 204);
        assert.deepEqual((await provision('GET', '/devices/a')).body, {
          device_id: 'a',
          entity_type: 'Weather',
          timezone: 'Europe/Paris',
          service,
          service_path: '/',
          attributes: [],
          lazy: [],
          commands: [],
          static_attributes: [],
        });
        const renamed = await provision('PUT', '/devices/a', { device_id: 'z' });
        assert.deepEqual([renamed.status, renamed.body.name], [400, 'BAD_REQUEST']);
        const bulk = await provision('POST', '/op/delete', { devices: [{ deviceId: 'a' }, { deviceId: 'none' }] });
        assert.deepEqual([bulk.status, bulk.body.message], [404, 'No device was found with id:none']);
        assert.equal((await provision('DELETE', '/devices/b')).status, 204);
        assert.equal((await provision('DELETE', '/devices/b')).body.name, 'DEVICE_NOT_FOUND');
        assert.equal((await provision('GET', '/devices')).body.count, 1);
      });

      const WRONG: readonly [path: string, body: object, message: RegExp][] = [
        ['/groups', {}, /expected a list in "groups"/],
        [
          '/groups',
          { groups: [{ apikey: 'x', resource: '' }] },
          /groups\[0\] must have required property 'entity_type'/,
        ],
        ['/devices', { devices: [{}] }, /devices\[0\] must have required property 'device_id'/],
        ['/devices', { devices: [{ device_id: 'a(b' }] }, /devices\[0\]\.device_id must match pattern.*got "a\(b"/],
        [
          '/devices',
          { devices: [{ device_id: 'a', attributes: [{ name: 'x', type: 'Number', expression: 'a..b' }] }] },
          /devices\[0\]\.attributes\[0\]\.expression: "a\.\.b" is no JEXL/,
        ],
        [
          '/devices',
          { devices: [{ device_id: 'a', attributes: [{ name: 'x', type: 'Number', expression: 'a|nope' }] }] },
          /nope is not defined/,
        ],
      ];
      test('refuses what is wrong', async () => {
        const { provision } = await freshService();
        for (const [path, body, message] of WRONG) {
          const answer = await provision('POST', path, body);
          assert.deepEqual([answer.status, answer.body.name], [400, 'WRONG_SYNTAX']);
          assert.match(answer.body.message, message);
        }
        const bare = await ask({ method: 'GET', url: '/iot/devices' });
        assert.deepEqual(
          [bare.status, bare.body],
          [
            400,
            {
              name: 'MISSING_HEADERS',
              message: 'Some headers were missing from the request: ["fiware-service","fiware-servicepath"]',
            },
          ],
        );
      });

      test('keeps services apart', async () => {
        const [one, other] = [await freshService(), await freshService()];
        for (const { provision } of [one, other])
          await provision('POST', '/devices', { devices: [{ device_id: 'same' }] });
        await one.publish('/json/KEY/same/attrs', '{"t":1}');
        await other.publish('/json/KEY/same/attrs', '{"t":2}');
        await one.entity('urn:ngsi-ld:WeatherObserved:same', { temperature: 1 });
        await other.entity('urn:ngsi-ld:WeatherObserved:same', { temperature: 2 });
        assert.equal((await one.provision('GET', '/devices')).body.count, 1);
      });

      test('of a group reaches its devices at once', async () => {
        const { apikey, provision, publish, entity } = await freshService();
        await publish('/json/KEY/s/attrs', '{"t":1}');
        await entity('urn:ngsi-ld:WeatherObserved:s', { temperature: 1 });
        const attributes = [{ object_id: 't', name: 'temperature', type: 'Number', expression: 't * 10' }];
        await provision('PUT', `/groups?resource=/iot/json&apikey=${apikey}`, { attributes });
        await publish('/json/KEY/s/attrs', '{"t":2}');
        await entity('urn:ngsi-ld:WeatherObserved:s', { temperature: 20 });
      });

      test('by a hundred measures at once makes one device', async () => {
        const { publish, provision, entity } = await freshService();
        await Promise.all(Array.from({ length: 100 }, () => publish('/json/KEY/new/attrs', '{"t":5}')));
        await entity('urn:ngsi-ld:WeatherObserved:new', { temperature: 5 });
        assert.equal((await provision('GET', '/devices')).body.count, 1);
      });

      test('makes no more devices in a minute than the group lets', async () => {
        const { apikey, measure, publish } = await freshService({ ...WEATHER, autoprovisionPerMinute: 2 });
        const send = (id: string) => measure(`/json?k=${apikey}&i=${id}`, '{"t":1}');
        assert.deepEqual([(await send('a')).status, (await send('b')).status], [200, 200]);
        const third = await send('c');
        assert.deepEqual([third.status, third.body.name], [429, 'TOO_MANY_DEVICES']);
        assert.equal((await send('a')).status, 200);
        await publish('/json/KEY/d/attrs', '{"t":1}');
        const kept = await eventually('the reason', async () => {
          const { body } = await ask({ method: 'GET', url: '/iot/quarantine?reason=unknown_device&limit=1000' });
          return body.frames.find(({ topic }: { topic: string }) => topic === `/json/${apikey}/d/attrs`);
        });
        assert.match(kept.message, /as many devices as it may in a minute/);
      });

      test('asks measures by HTTP for a secret where a credential says so', async () => {
        const { apikey, measure } = await freshService();
        const url = `/iot/registry/mqtt-credentials/h${apikey}`;
        const payload = { apikey, device: 'd1', http: true, password: 'correct-horse-battery' };
        assert.equal((await ask({ method: 'PUT', url, payload })).status, 204);
        const send = (id: string, headers: Record<string, string> = {}) =>
          ask({
            method: 'POST',
            url: `/iot/json?k=${apikey}&i=${id}`,
            payload: '{"t":1}',
            headers: { 'content-type': 'application/json', ...headers },
          });
        try {
          const refused = await send('d1');
          assert.deepEqual([refused.status, refused.body.name], [401, 'UNAUTHORIZED']);
          assert.equal((await send('d1', { 'x-api-key': 'correct-horse-batterx' })).status, 401);
          assert.equal((await send('d1', { 'x-api-key': 'correct-horse-battery' })).status, 200);
          assert.equal((await send('d1', { authorization: 'Bearer correct-horse-battery' })).status, 200);
          assert.equal((await measure(`/json?k=${apikey}&i=d2`, '{"t":1}')).status, 200);
        } finally {
          // While there is a credential, the embedded MQTT broker of these tests is shut to who has none.
          await ask({ method: 'DELETE', url });
        }
      });

      test('makes no devices where the group says so', async () => {
        const { apikey, measure } = await freshService({ ...WEATHER, autoprovision: false });
        const answer = await measure(`/json?k=${apikey}&i=new`, '{"t":5}');
        assert.deepEqual([answer.status, answer.body.name], [404, 'DEVICE_NOT_FOUND']);
      });

      test("with a key of its own makes the group's key no way in", async () => {
        const { apikey, provision, measure, entity } = await freshService();
        const own = `own${randomBytes(6).toString('hex')}`;
        const device = { device_id: 'd', apikey: own, entity_type: 'WeatherObserved' };
        await provision('POST', '/devices', { devices: [device] });
        assert.equal((await measure(`/json?k=${apikey}&i=d`, '{"t":5}')).status, 404);
        assert.equal((await measure(`/json?k=${own}&i=d`, '{"t":6}')).status, 200);
        await entity('urn:ngsi-ld:WeatherObserved:d', { temperature: 6 });
      });
    });
  });
}

const LINK =
  '<http://127.0.0.1:1026/contexts/territory/v1.jsonld>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"';

describe('UltraLight of the corpus', () => {
  test('is there', { skip: CORPUS_MISSING }, () => assert.ok(ultraLightCases().length >= 9));
  for (const { payload, expectGroups, expectError } of ultraLightCases()) {
    test(`${JSON.stringify(payload)} ${expectError ? 'is refused' : 'is read'}`, () => {
      if (expectError) assert.throws(() => readUltraLight(payload), { name: 'MeasureError' });
      else assert.deepEqual(readUltraLight(payload), expectGroups);
    });
  }
});

function ultraLightCases(): { payload: string; expectGroups?: object[]; expectError?: boolean }[] {
  if (CORPUS_MISSING !== false) return [];
  return JSON.parse(readFileSync(corpusFile('ultralight-2.0.json'), 'utf8')).measures;
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
