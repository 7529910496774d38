import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { chosenBy, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { fiwareServices, WEATHER } from './support/fiware-service.ts';
import { LINK } from './support/territory.ts';

for (const database of chosenBy('fiware-measures', testDatabases())) {
  describe(`measurements of FIWARE devices on ${database.kind}`, () => {
    const { territory, ask, freshService, quarantined, close } = fiwareServices(database);
    after(close);

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

    test('that are notifications of themselves by MQTT end after eight', async () => {
      const { service, apikey, publish } = await freshService({ ...WEATHER, commands: [] });
      const { agents, app } = await territory();
      const headers = { 'ngsild-tenant': service };
      const uri = `mqtt://127.0.0.1:${agents.mqttPort}/json/${apikey}/echo/attrs`;
      const endpoint = { uri, notifierInfo: [{ key: 'MQTT-Version', value: 'mqtt3.1.1' }] };
      const subscribed = await app.inject({
        method: 'POST',
        url: '/ngsi-ld/v1/subscriptions',
        headers: { ...headers, link: LINK },
        payload: { type: 'Subscription', entities: [{ type: 'WeatherObserved' }], notification: { endpoint } },
      });
      assert.equal(subscribed.statusCode, 201, subscribed.body);
      await publish('/json/KEY/echo/attrs', '{"t":1}');
      const dead = await eventually('the end of the chain', async () => {
        const answer = await app.inject({ url: '/ops/notifications/dead-letters', headers });
        const { deadLetters } = answer.json() as { deadLetters: { error: string }[] };
        return deadLetters.length > 0 ? deadLetters : undefined;
      });
      assert.match(JSON.stringify(dead), /Not sent: 8 notifications led to this change/);
    });

    const TOPICS = ['/json/KEY/s/attrs', 'json/KEY/s/attrs', '/KEY/s/attrs', 'KEY/s/attrs'];
    test('are accepted on topics with and without slash and prefix', async () => {
      const { publish, entity } = await freshService();
      for (const [at, topic] of TOPICS.entries()) {
        await publish(topic, JSON.stringify({ t: 10 + at }));
        await entity('urn:ngsi-ld:WeatherObserved:s', { temperature: 10 + at, source: 'town-hall' });
      }
      await publish('/json/KEY/s/attrs/t', '16');
      await entity('urn:ngsi-ld:WeatherObserved:s', { temperature: 16 });
    });

    test('convert, and leave out values of another type', async () => {
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

    test('that are not JSON on a topic of one attribute are read as hex', async () => {
      const { publish, entity } = await freshService();
      await publish('/json/KEY/s/attrs/raw', 'hello');
      await entity('urn:ngsi-ld:WeatherObserved:s', { raw: '68656c6c6f' });
    });

    test('of several times end with the newest, and all are in its history', async () => {
      const { service, publish, entity } = await freshService();
      const at = (minute: string, t: number) => ({ t, TimeInstant: `2024-04-10T10:${minute}:00Z` });
      await publish('/json/KEY/s/attrs', JSON.stringify([at('15', 14), at('05', 12), at('10', 13)]));
      const found = await entity('urn:ngsi-ld:WeatherObserved:s', { temperature: 14 });
      assert.equal((found.temperature as { observedAt: string }).observedAt, '2024-04-10T10:15:00.000Z');
      // A later message with an earlier time is only in the history.
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

    test('with an invalid time have the time of reception', async () => {
      const { publish, entity } = await freshService();
      await publish('/json/KEY/s/attrs', '{"t":20,"TimeInstant":"yesterday"}');
      const found = await entity('urn:ngsi-ld:WeatherObserved:s', { temperature: 20 });
      assert.ok(Date.now() - Date.parse((found.temperature as { observedAt: string }).observedAt) < 20_000);
    });

    test('with an unknown key are quarantined, and create nothing', async () => {
      const key = `none${randomBytes(4).toString('hex')}`;
      await (await territory()).mqtt.publishAsync(`/json/${key}/s/attrs`, '{"t":1}', { qos: 1 });
      assert.equal((await quarantined(key)).reason, 'unknown_key');
    });

    test('in UltraLight are accepted by topic, by request and with their times', async () => {
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

    test('are written to other entities, by the name that an expression gives', async () => {
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

    const REFUSED: readonly [name: string, path: string, body: string, type: string, status: number, error: string][] =
      [
        ['without a key', '/json?i=s', '{"t":1}', 'application/json', 400, 'MANDATORY_PARAMS_NOT_FOUND'],
        ['without a device', '/json?k=KEY', '{"t":1}', 'application/json', 400, 'MANDATORY_PARAMS_NOT_FOUND'],
        ['without measures', '/json?k=KEY&i=s', '', 'application/json', 400, 'MANDATORY_PARAMS_NOT_FOUND'],
        ['of an unknown key', '/json?k=NOPE&i=s', '{"t":1}', 'application/json', 404, 'DEVICE_GROUP_NOT_FOUND'],
        ['that are no JSON', '/json?k=KEY&i=s', '{"t":', 'application/json', 400, 'PARSE_ERROR'],
        ['that are no UltraLight', '/d?k=KEY&i=s', 't|15|k', 'text/plain', 400, 'PARSE_ERROR'],
        ['of another type', '/d?k=KEY&i=s', 't|15', 'application/json', 400, 'UNSUPPORTED_TYPE'],
      ];
    test('are refused if they are invalid', async () => {
      const { apikey, measure } = await freshService();
      for (const [name, path, body, type, status, error] of REFUSED) {
        const answer = await measure(path.replace('KEY', apikey), body, type);
        assert.deepEqual([answer.status, answer.body.name], [status, error], name);
      }
      assert.equal((await quarantined(apikey)).reason, 'bad_syntax');
    });
  });
}
