import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { chosenBy, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { fiwareServices, WEATHER } from './support/fiware-service.ts';

for (const database of chosenBy('fiware-provisioning', testDatabases())) {
  describe(`provisioning FIWARE devices on ${database.kind}`, () => {
    const { ask, freshService, close } = fiwareServices(database);
    after(close);

    test('answers for groups like FIWARE', async () => {
      const { service, apikey, headers, provision } = await freshService();
      const again = await provision('POST', '/services', { services: [{ ...WEATHER, apikey }] });
      assert.deepEqual([again.status, again.body.name], [409, 'DUPLICATE_GROUP']);
      const key = `resource=/iot/json&apikey=${apikey}`;
      assert.equal((await provision('PUT', `/services?${key}`, { entity_type: 'Weather', cbroker: 'x' })).status, 204);
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

    test('answers for devices like FIWARE', async () => {
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
      ['/groups', { groups: [{ apikey: 'x', resource: '' }] }, /groups\[0\] must have required property 'entity_type'/],
      ['/devices', { devices: [{}] }, /devices\[0\] must have required property 'device_id'/],
      ['/devices', { devices: [{ device_id: 'a(b' }] }, /devices\[0\]\.device_id must match pattern.*got "a\(b"/],
      [
        '/devices',
        { devices: [{ device_id: 'a', attributes: [{ name: 'x', type: 'Number', expression: 'a..b' }] }] },
        /devices\[0\]\.attributes\[0\]\.expression: "a\.\.b" is not a JEXL/,
      ],
      [
        '/devices',
        { devices: [{ device_id: 'a', attributes: [{ name: 'x', type: 'Number', expression: 'a|nope' }] }] },
        /nope is not defined/,
      ],
    ];
    test('refuses invalid requests', async () => {
      const { provision } = await freshService();
      for (const [path, body, message] of WRONG) {
        const answer = await provision('POST', path, body);
        assert.deepEqual([answer.status, answer.body.name], [400, 'WRONG_SYNTAX']);
        assert.match(answer.body.message, message);
      }
      const bare = await ask({ method: 'GET', url: '/iot/devices' });
      const message = 'Some headers were missing from the request: ["fiware-service","fiware-servicepath"]';
      assert.deepEqual([bare.status, bare.body.name, bare.body.message], [400, 'MISSING_HEADERS', message]);
    });

    test('separates services', async () => {
      const [one, other] = [await freshService(), await freshService()];
      for (const { provision } of [one, other])
        await provision('POST', '/devices', { devices: [{ device_id: 'same' }] });
      await one.publish('/json/KEY/same/attrs', '{"t":1}');
      await other.publish('/json/KEY/same/attrs', '{"t":2}');
      await one.entity('urn:ngsi-ld:WeatherObserved:same', { temperature: 1 });
      await other.entity('urn:ngsi-ld:WeatherObserved:same', { temperature: 2 });
      assert.equal((await one.provision('GET', '/devices')).body.count, 1);
    });

    test('of a group applies to its devices at once', async () => {
      const { apikey, provision, publish, entity } = await freshService();
      await publish('/json/KEY/s/attrs', '{"t":1}');
      await entity('urn:ngsi-ld:WeatherObserved:s', { temperature: 1 });
      const attributes = [{ object_id: 't', name: 'temperature', type: 'Number', expression: 't * 10' }];
      await provision('PUT', `/groups?resource=/iot/json&apikey=${apikey}`, { attributes });
      await publish('/json/KEY/s/attrs', '{"t":2}');
      await entity('urn:ngsi-ld:WeatherObserved:s', { temperature: 20 });
    });

    test('by a hundred concurrent measurements creates one device', async () => {
      const { publish, provision, entity } = await freshService();
      await Promise.all(Array.from({ length: 100 }, () => publish('/json/KEY/new/attrs', '{"t":5}')));
      await entity('urn:ngsi-ld:WeatherObserved:new', { temperature: 5 });
      assert.equal((await provision('GET', '/devices')).body.count, 1);
    });

    test('creates no more devices per minute than the group allows', async () => {
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
      assert.match(kept.message, /its limit of new devices per minute/);
    });

    test('requires a secret for measurements by HTTP if a credential says so', async () => {
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
        // While there is a credential, the embedded MQTT broker of these tests refuses anonymous clients.
        await ask({ method: 'DELETE', url });
      }
    });

    test('creates no devices if the group says so', async () => {
      const { apikey, measure } = await freshService({ ...WEATHER, autoprovision: false });
      const answer = await measure(`/json?k=${apikey}&i=new`, '{"t":5}');
      assert.deepEqual([answer.status, answer.body.name], [404, 'DEVICE_NOT_FOUND']);
    });

    test('with a key of its own excludes the group’s key', async () => {
      const { apikey, provision, measure, entity } = await freshService();
      const own = `own${randomBytes(6).toString('hex')}`;
      const device = { device_id: 'd', apikey: own, entity_type: 'WeatherObserved' };
      await provision('POST', '/devices', { devices: [device] });
      assert.equal((await measure(`/json?k=${apikey}&i=d`, '{"t":5}')).status, 404);
      assert.equal((await measure(`/json?k=${own}&i=d`, '{"t":6}')).status, 200);
      await entity('urn:ngsi-ld:WeatherObserved:d', { temperature: 6 });
    });
  });
}
