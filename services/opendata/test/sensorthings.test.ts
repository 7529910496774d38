import assert from 'node:assert/strict';
import { eachOwnDatabase } from '@alzette/broker/test-support';
import { type ServiceHost, startServiceHost } from '../../../platform/test/support/service-host.ts';
import { openData } from '../src/service.ts';
import { CONTEXT, PUBLIC_URL } from './support/open-data-host.ts';
import { at, FRIDGE, OVEN, STA, STREAM, TEMPERATURE, THING } from './support/sensorthings-paths.ts';

/*
 * SensorThings 1.1 (OGC 18-088), after its tables and examples: the oven of example 4, its temperature of example 8, and
 * what the abstract tests of annex A.1 and A.2 inspect.
 */

/** The mandatory properties and relations of each set (Tables 3 to 20), and for annex A.1 nothing else than the optional ones. */
const TABLES: Readonly<
  Record<string, { readonly properties: string[]; readonly links: string[]; readonly optional?: string[] }>
> = {
  Things: {
    properties: ['name', 'description'],
    optional: ['properties'],
    links: ['Locations', 'HistoricalLocations', 'Datastreams'],
  },
  Locations: {
    properties: ['name', 'description', 'encodingType', 'location'],
    links: ['Things', 'HistoricalLocations'],
  },
  HistoricalLocations: { properties: ['time'], links: ['Locations', 'Thing'] },
  Datastreams: {
    properties: ['name', 'description', 'unitOfMeasurement', 'observationType'],
    optional: ['observedArea'],
    links: ['Thing', 'Sensor', 'ObservedProperty', 'Observations'],
  },
  Sensors: { properties: ['name', 'description', 'encodingType', 'metadata'], links: ['Datastreams'] },
  ObservedProperties: { properties: ['name', 'definition', 'description'], links: ['Datastreams'] },
  Observations: { properties: ['phenomenonTime', 'result', 'resultTime'], links: ['Datastream', 'FeatureOfInterest'] },
  FeaturesOfInterest: {
    properties: ['name', 'description', 'encodingType', 'feature'],
    links: ['Observations'],
  },
};

async function writeMeasures(host: ServiceHost): Promise<void> {
  const { client } = host.broker;
  for (let minute = 0; minute < 10; minute++) {
    const { errors } = await client.batchUpsert(
      [
        {
          id: OVEN,
          type: 'Device',
          name: { type: 'Property', value: 'Oven' },
          description: { type: 'Property', value: 'This thing is an oven.' },
          owner: { type: 'Property', value: 'Noah Liang' },
          color: { type: 'Property', value: 'Black' },
          location: {
            type: 'GeoProperty',
            value: { type: 'Point', coordinates: [-114.06, 51.05] },
            observedAt: at(minute),
          },
          temperature: { type: 'Property', value: 65.4 + minute, unitCode: 'CEL', observedAt: at(minute) },
          isOpen: { type: 'Property', value: minute % 2 === 0, observedAt: at(minute) },
        },
        {
          id: FRIDGE,
          type: 'Appliance',
          temperature: {
            type: 'Property',
            value: minute,
            unitCode: 'CEL',
            observedAt: at(minute),
            providedBy: { type: 'Relationship', object: 'urn:ngsi-ld:Sensor:tmp36' },
          },
        },
      ],
      { context: CONTEXT, update: true },
    );
    assert.deepEqual(errors, []);
  }
}

eachOwnDatabase('SensorThings', (eachTest) => {
  eachTest('reading', async (t, db) => {
    const host = await startServiceHost(t, db, [openData], { settings: { PUBLIC_URL } });
    await writeMeasures(host);
    const get = async (url: string) => {
      const { status, body } = await host.ask('GET', url.startsWith('http') ? url.slice(PUBLIC_URL.length) : url);
      assert.equal(status, 200, `${url}: ${JSON.stringify(body)}`);
      return body;
    };
    const list = async (path: string, options: Readonly<Record<string, string>> = {}) =>
      get(`${STA}/${path}?${new URLSearchParams(options)}`);
    const idsOf = async (path: string, options: Readonly<Record<string, string>> = {}): Promise<string[]> =>
      (await list(path, options)).value.map((item: { '@iot.id': string }) => item['@iot.id']);
    const results = async (
      options: Readonly<Record<string, string>>,
      path = `Datastreams('${TEMPERATURE}')/Observations`,
    ) => (await list(path, options)).value.map(({ result }: { result: unknown }) => result);

    await t.test('without a path, the entity sets are listed, and what is met (9.2.1)', async () => {
      const { value, serverSettings } = await get(STA);
      assert.deepEqual(
        value.map(({ name, url }: { name: string; url: string }) => [name, url]),
        Object.keys(TABLES).map((name) => [name, `${PUBLIC_URL}${STA}/${name}`]),
      );
      assert.ok(serverSettings.conformance.includes('http://www.opengis.net/spec/iot_sensing/1.1/req/datamodel'));
    });

    for (const [set, { properties, optional = [], links }] of Object.entries(TABLES)) {
      await t.test(
        `${set}: each has the control information, mandatory properties and relations, and links that lead there (A.1)`,
        async () => {
          const { value } = await list(set);
          assert.ok(value.length > 0);
          for (const item of value) {
            const mandatory = [
              '@iot.id',
              '@iot.selfLink',
              ...properties,
              ...links.map((link) => `${link}@iot.navigationLink`),
            ];
            const names = Object.keys(item).filter((name) => !optional.includes(name));
            assert.deepEqual(names.sort(), mandatory.sort());
            for (const name of properties) assert.notEqual(item[name], undefined, name);
            assert.deepEqual(await get(item['@iot.selfLink']), item);
            for (const link of links) {
              const linked = await get(item[`${link}@iot.navigationLink`]);
              assert.ok(
                link.endsWith('s') || link === 'FeaturesOfInterest' ? Array.isArray(linked.value) : linked['@iot.id'],
              );
            }
          }
        },
      );
    }

    await t.test('the oven of example 4 is a Thing', async () => {
      const thing = await get(THING(OVEN));
      const self = `${PUBLIC_URL}${THING(OVEN)}`;
      assert.deepEqual(thing, {
        '@iot.id': OVEN,
        '@iot.selfLink': self,
        'Locations@iot.navigationLink': `${self}/Locations`,
        'Datastreams@iot.navigationLink': `${self}/Datastreams`,
        'HistoricalLocations@iot.navigationLink': `${self}/HistoricalLocations`,
        name: 'Oven',
        description: 'This thing is an oven.',
        properties: { type: 'Device', owner: 'Noah Liang', color: 'Black' },
      });
    });

    await t.test(
      'its temperature is a Datastream with a unit, a switch is one without (Table 10, example 8)',
      async () => {
        const { unitOfMeasurement, observationType } = await get(STREAM(TEMPERATURE));
        assert.deepEqual(unitOfMeasurement, {
          name: 'CEL',
          symbol: '°C',
          definition: 'https://vocabulary.uncefact.org/UnitMeasureCode#CEL',
        });
        assert.equal(observationType, 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement');
        const isOpen = await get(STREAM(`${OVEN}|isOpen`));
        assert.deepEqual(isOpen.unitOfMeasurement, { name: null, symbol: null, definition: null });
        assert.equal(
          isOpen.observationType,
          'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_TruthObservation',
        );
      },
    );

    await t.test('a Location and a FeatureOfInterest are GeoJSON (examples 5 and 14)', async () => {
      const { value } = await get(`${THING(OVEN)}/Locations`);
      assert.deepEqual(value[0].location, { type: 'Point', coordinates: [-114.06, 51.05] });
      assert.equal(value[0].encodingType, 'application/geo+json');
      const [observation] = (await list(`Datastreams('${TEMPERATURE}')/Observations`)).value;
      const { feature } = await get(observation['FeatureOfInterest@iot.navigationLink']);
      assert.deepEqual(feature.geometry, { type: 'Point', coordinates: [-114.06, 51.05] });
      assert.deepEqual(await get(`${THING(FRIDGE)}/Locations`), { value: [] });
    });

    await t.test('the device that provides a value is its Sensor', async () => {
      assert.deepEqual(await idsOf('Sensors'), ['urn:ngsi-ld:Sensor:tmp36', OVEN].sort().reverse());
      assert.deepEqual(await idsOf("Sensors('urn:ngsi-ld:Sensor:tmp36')/Datastreams"), [`${FRIDGE}|temperature`]);
    });

    await t.test('paths lead to properties, raw values, references and nested items (9.2.4 to 9.2.8)', async () => {
      const [latest] = (await list(`Datastreams('${TEMPERATURE}')/Observations`)).value;
      const path = latest['@iot.selfLink'];
      assert.deepEqual(await get(`${path}/resultTime`), { resultTime: at(9) });
      assert.equal(await get(`${path}/resultTime/$value`), at(9));
      assert.deepEqual(await get(`${THING(OVEN)}/properties/owner`), { owner: 'Noah Liang' });
      const refs = await get(`${THING(OVEN)}/Datastreams/$ref`);
      assert.deepEqual(
        refs.value,
        [`${OVEN}|isOpen`, TEMPERATURE].map((id) => ({ '@iot.selfLink': PUBLIC_URL + STREAM(id) })),
      );
      const nested = `${STREAM(TEMPERATURE)}/Observations('${encodeURIComponent(latest['@iot.id'])}')`;
      assert.deepEqual(await get(`${nested}/FeatureOfInterest`), await get(`${path}/FeatureOfInterest`));
      assert.equal((await get(`${nested}/Datastream`))['@iot.id'], TEMPERATURE);
    });

    await t.test('what is not there is 404, also an item of another set or of another parent', async () => {
      for (const path of [
        "Things('urn:ngsi-ld:Device:none')",
        "Things('no uri')",
        'Nothings',
        "Datastreams('x')",
        `Things('${OVEN}')/Datastreams('${FRIDGE}|temperature')`,
        `Things('${OVEN}')/speed`,
        `Things('${OVEN}')/properties/speed`,
        `Datastreams('${OVEN}|color')`,
        `Observations('${TEMPERATURE}|12')`,
        `Datastreams('${TEMPERATURE}')/Observations/Datastream`,
      ]) {
        const { status, body } = await host.ask('GET', `${STA}/${path.replaceAll('|', '%7C').replaceAll(' ', '%20')}`);
        assert.equal(status, 404, `${path}: ${JSON.stringify(body)}`);
      }
    });

    await t.test('options that are not offered are 501, wrong ones 400 with their name (Req 25)', async () => {
      const cases: readonly (readonly [Record<string, string>, number, RegExp])[] = [
        [{ $resultFormat: 'dataArray' }, 501, /\$resultFormat/],
        [{ $search: 'x' }, 501, /\$search/],
        [{ $count: 'yes' }, 400, /\$count: got "yes", expected true or false/],
        [{ $top: '-1' }, 400, /\$top/],
        [{ $skip: 'x' }, 400, /\$skip/],
        [{ $filter: 'name eq' }, 400, /\$filter: it ends too early/],
        [{ $filter: "colour eq 'x'" }, 400, /Things have no colour/],
        [{ $filter: 'Datastreams/Observations/result gt 5' }, 501, /Observations/],
        [{ $filter: "st_touches(Locations/location, geography'POINT (1 2)')" }, 501, /st_touches/],
        [{ $filter: '('.repeat(200) }, 400, /nested more than/],
        [{ $orderby: 'name up' }, 400, /expected the end/],
        [{ $select: 'colour' }, 400, /\$select/],
        [{ $expand: 'Things' }, 400, /a link of Things/],
        [{ $expand: 'Datastreams($level=2)' }, 501, /\$level/],
        [{ other: '1' }, 400, /other/],
      ];
      for (const [options, status, detail] of cases) {
        const answer = await host.ask('GET', `${STA}/Things?${new URLSearchParams(options)}`);
        assert.equal(answer.status, status, JSON.stringify([options, answer.body]));
        assert.match(answer.body.detail, detail);
      }
      assert.equal((await host.ask('POST', `${STA}/Things`, {})).status, 405);
    });

    await t.test(
      '$orderby, $skip and $top are evaluated in this order, with a stable order and next links (Req 29 to 34)',
      async () => {
        assert.deepEqual(await results({ $orderby: 'phenomenonTime desc', $top: '2' }), [74.4, 73.4]);
        assert.deepEqual(await results({ $orderby: 'resultTime asc', $skip: '2', $top: '2' }), [67.4, 68.4]);
        assert.deepEqual(
          await results({ $orderby: 'result mod 3,result desc', $top: '3' }),
          [72.4, 69.4, 66.4].map(Number),
        );
        assert.deepEqual(await results({ $top: '0' }), []);
        const pages: readonly Readonly<Record<string, string>>[] = [
          { $top: '3' },
          { $top: '3', $orderby: 'result' },
          { $top: '4', $filter: 'result gt 67' },
        ];
        for (const options of pages) {
          const seen: number[] = [];
          let url: string | undefined = `${STREAM(TEMPERATURE)}/Observations?${new URLSearchParams(options)}`;
          while (url !== undefined) {
            const page: { value: { result: number }[]; '@iot.nextLink'?: string } = await get(url);
            assert.ok(page.value.length > 0, 'the last page has items');
            seen.push(...page.value.map(({ result }) => result));
            url = page['@iot.nextLink'];
          }
          const all = Array.from({ length: 10 }, (_, minute) => 65.4 + minute).filter(
            (each) => !options.$filter || each > 67,
          );
          assert.deepEqual(
            seen.sort((a, b) => a - b),
            all,
          );
        }
        const seen: string[] = [];
        let next: string | undefined = `${STA}/Datastreams?$top=1`;
        while (next !== undefined) {
          const page: { value: { '@iot.id': string }[]; '@iot.nextLink'?: string } = await get(next);
          seen.push(...page.value.map((item) => item['@iot.id']));
          next = page['@iot.nextLink'];
        }
        assert.deepEqual(seen.sort(), [`${FRIDGE}|temperature`, `${OVEN}|isOpen`, TEMPERATURE]);
      },
    );

    await t.test('null values come first in ascending order (Req 31)', async () => {
      assert.deepEqual(await idsOf('Things', { $orderby: 'properties/color' }), [FRIDGE, OVEN]);
      assert.deepEqual(await idsOf('Things', { $orderby: 'properties/color desc' }), [OVEN, FRIDGE]);
    });

    await t.test('$count counts what matches, whatever the page (Req 33)', async () => {
      const page = await list(`Datastreams('${TEMPERATURE}')/Observations`, {
        $count: 'true',
        $top: '2',
        $filter: 'result gt 70',
      });
      assert.equal(page['@iot.count'], 5);
      assert.equal(page.value.length, 2);
      assert.equal((await list('Things', { $count: 'true', $top: '0' }))['@iot.count'], 2);
      assert.equal((await list('Observations', { $count: 'true', $top: '0' }))['@iot.count'], 30);
      assert.equal((await list('Things'))['@iot.count'], undefined);
    });

    const FILTERS: readonly (readonly [string, readonly number[]])[] = [
      // Table 22
      ['result eq 65.4', [65.4]],
      ['result ne 65.4 and result lt 67', [66.4]],
      ['result gt 73', [73.4, 74.4]],
      ['result ge 74.4', [74.4]],
      ['result le 65.4 or result gt 74', [65.4, 74.4]],
      ['not (result gt 65.4)', [65.4]],
      ['result add 5 gt 79', [74.4]],
      ['result sub 5 lt 61', [65.4]],
      ['result mul 2 gt 148', [74.4]],
      ['result div 2 gt 37', [74.4]],
      ['(result sub 0.4) mod 9 eq 2', [65.4, 74.4]],
      // Table 23
      ['round(result) eq 65', [65.4]],
      ['floor(result) eq 74', [74.4]],
      ['ceiling(result) eq 66', [65.4]],
      ['minute(phenomenonTime) eq 3', [68.4]],
      [
        'year(resultTime) eq 2014 and month(resultTime) eq 12 and day(resultTime) eq 31 and second(resultTime) eq 0 and hour(resultTime) eq 11 and result gt 74',
        [74.4],
      ],
      ['phenomenonTime ge 2014-12-31T19:08:00+08:00', [73.4, 74.4]],
      ['phenomenonTime gt 2014-12-31T11:08:00Z', [74.4]],
      ['phenomenonTime lt now() and result gt 74', [74.4]],
      ["date(resultTime) eq '2014-12-31' and result gt 74", [74.4]],
      ["Datastream/ObservedProperty/name eq 'temperature' and result gt 74", [74.4]],
      [`Datastream/id eq '${TEMPERATURE}' and result gt 74`, [74.4]],
      [`FeatureOfInterest/id eq '${FRIDGE}'`, []],
      ["result gt 'x'", []],
    ];
    for (const [$filter, expected] of FILTERS) {
      await t.test(`$filter=${$filter}`, async () => {
        assert.deepEqual((await results({ $filter })).sort(), expected);
      });
    }

    const THINGS: readonly (readonly [string, readonly string[]])[] = [
      ["properties/type eq 'Device'", [OVEN]],
      ["name eq 'Oven'", [OVEN]],
      [`id eq '${FRIDGE}'`, [FRIDGE]],
      ["substringof('oven',description)", [OVEN]],
      ["startswith(description,'This') and endswith(description,'oven.')", [OVEN]],
      ['length(name) eq 4', [OVEN]],
      ["indexof(name,'v') eq 1", [OVEN]],
      ["substring(name,1) eq 'ven'", [OVEN]],
      ["tolower(name) eq 'oven' and toupper(name) eq 'OVEN'", [OVEN]],
      ["concat(trim(name),'!') eq 'Oven!'", [OVEN]],
      ['properties/color eq null', [FRIDGE]],
      ["not startswith(properties/color,'Bl')", []],
      ["Datastreams/unitOfMeasurement/symbol eq '°C'", [FRIDGE, OVEN]],
      ["Datastreams/ObservedProperty/name eq 'isOpen'", [OVEN]],
      ["Datastreams/name eq 'it''s none'", []],
      ["geo.distance(Locations/location, geography'POINT(-114.06 51.06)') lt 1200", [OVEN]],
      ["geo.distance(Locations/location, geography'POINT(-114.06 51.06)') gt 1200", []],
      ["st_within(Locations/location, geography'POLYGON ((-115 51, -114 51, -114 52, -115 52, -115 51))')", [OVEN]],
      ["geo.intersects(Locations/location, geography'POLYGON ((0 0, 1 0, 1 1, 0 1, 0 0))')", []],
    ];
    for (const [$filter, expected] of THINGS) {
      await t.test(`Things?$filter=${$filter}`, async () => {
        assert.deepEqual((await idsOf('Things', { $filter })).sort(), expected);
      });
    }

    await t.test(
      '$expand shows the linked items inline, with options of their own, $select only what is named (Req 27, 28)',
      async () => {
        const { value } = await list('Things', {
          $filter: "name eq 'Oven'",
          $select: 'name',
          $expand:
            "Datastreams($select=name;$filter=unitOfMeasurement/symbol eq '°C';$expand=Observations($top=2;$orderby=phenomenonTime desc;$select=result;$count=true),ObservedProperty($select=name))",
        });
        const next = value[0].Datastreams[0]['Observations@iot.nextLink'];
        assert.deepEqual(value, [
          {
            name: 'Oven',
            Datastreams: [
              {
                name: 'temperature · Oven',
                'Observations@iot.count': 10,
                'Observations@iot.nextLink': next,
                Observations: [{ result: 74.4 }, { result: 73.4 }],
                ObservedProperty: { name: 'temperature' },
              },
            ],
          },
        ]);
        assert.deepEqual((await get(next)).value, [{ result: 72.4 }, { result: 71.4 }]);
        const paths = await list('Datastreams', { $select: 'id', $expand: 'Thing/Locations,Sensor', $top: '1' });
        assert.deepEqual(Object.keys(paths.value[0]).sort(), ['@iot.id', 'Sensor', 'Thing']);
        assert.ok(Array.isArray(paths.value[0].Thing.Locations));
      },
    );

    await t.test('earlier places are HistoricalLocations with their own Location', async () => {
      const { value } = await get(`${THING(OVEN)}/HistoricalLocations?$orderby=time`);
      assert.equal(value[0].time, at(0));
      const { value: places } = await get(value[0]['Locations@iot.navigationLink']);
      assert.deepEqual(places[0].location, { type: 'Point', coordinates: [-114.06, 51.05] });
      assert.deepEqual(await get(places[0]['@iot.selfLink']), places[0]);
    });
  });
});
