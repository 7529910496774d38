import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { chosenBy, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { askAgents } from './support/ask.ts';
import { startWebServer } from './support/web-server.ts';

/*
 * A SensorThings server is read as any API: what it answers here is after the examples of OGC 18-088, split in pages by
 * @iot.nextLink as in its clause on server-driven paging.
 */

const stream = (id: number, result: number | null, resultTime: string) => ({
  '@iot.id': id,
  '@iot.selfLink': `http://example.org/v1.1/Datastreams(${id})`,
  name: 'oven temperature',
  unitOfMeasurement: {
    name: 'degree Celsius',
    symbol: '°C',
    definition: 'http://unitsofmeasure.org/ucum.html#para-30',
  },
  Thing: {
    '@iot.id': id,
    name: 'Oven',
    Locations: [{ encodingType: 'application/geo+json', location: { type: 'Point', coordinates: [-114.06, 51.05] } }],
  },
  Observations: result === null ? [] : [{ phenomenonTime: resultTime, resultTime, result }],
});

for (const database of chosenBy('sensorthings-sources', testDatabases())) {
  describe(`SensorThings servers as sources on ${database.kind}`, () => {
    const { ask, close, territory } = askAgents(database);
    after(close);

    test('the latest observation of each Datastream becomes an attribute, page by page', async (t) => {
      const server = await startWebServer(({ url }) =>
        url.searchParams.has('$skip')
          ? { body: { value: [stream(2, 70.4, '2014-12-31T11:59:59.000+08:00')] } }
          : {
              body: {
                value: [stream(1, 68.2, '2014-12-31T03:59:59Z'), stream(3, null, '')],
                '@iot.nextLink': `${server.url}/v1.1/Datastreams?$skip=2`,
              },
            },
      );
      t.after(() => server.close());
      const made = await ask('POST', '/sources', {
        id: 'ovens',
        name: 'Ovens',
        kind: 'http',
        from: {
          url: `${server.url}/v1.1/Datastreams?$expand=Thing($expand=Locations),Observations($top=1;$orderby=phenomenonTime%20desc)`,
          paging: { by: 'next', pointer: '/@iot.nextLink' },
        },
        items: '/value',
        observedAt: { value: 'data.Observations[0].phenomenonTime' },
        entities: [
          {
            type: 'Device',
            id: "'urn:ngsi-ld:Device:oven-' + data.Thing['@iot.id']",
            attributes: [
              { name: 'temperature', value: 'data.Observations[0].result', unitCode: 'CEL' },
              { name: 'location', type: 'GeoProperty', value: 'data.Thing.Locations[0].location.coordinates' },
            ],
          },
        ],
      });
      assert.equal(made.status, 201, JSON.stringify(made.body));
      const { body } = await ask('POST', '/sources/ovens/run');
      assert.deepEqual([body.outcome, body.rows], ['ok', 3], JSON.stringify(body));
      for (const [id, value] of [
        [1, 68.2],
        [2, 70.4],
      ]) {
        const oven = await eventually('the oven', async () =>
          (await territory()).entity(`urn:ngsi-ld:Device:oven-${id}`),
        );
        assert.deepEqual(oven.temperature, {
          type: 'Property',
          value,
          unitCode: 'CEL',
          observedAt: '2014-12-31T03:59:59.000Z',
        });
        assert.deepEqual((oven.location as { value: unknown }).value, { type: 'Point', coordinates: [-114.06, 51.05] });
      }
      assert.match(decodeURIComponent(server.asked[0]?.url.search ?? ''), /\$expand=Thing\(\$expand=Locations\)/);
    });
  });
}
