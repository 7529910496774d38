import assert from 'node:assert/strict';
import { eachOwnDatabase } from '@alzette/broker/test-support';
import { startServiceHost } from '../../../platform/test/support/service-host.ts';
import { openData } from '../src/service.ts';
import { CONTEXT, PUBLIC_URL } from './support/open-data-host.ts';
import { at, FRIDGE, OVEN, STA, STREAM, TEMPERATURE, THING } from './support/sensorthings-paths.ts';

const SETS = [
  'Things',
  'Locations',
  'HistoricalLocations',
  'Datastreams',
  'Sensors',
  'ObservedProperties',
  'Observations',
  'FeaturesOfInterest',
];

eachOwnDatabase('SensorThings and rights', (eachTest) => {
  eachTest(
    'an attribute that the sender may not read appears nowhere, nor an entity of another tenant',
    async (t, db) => {
      const host = await startServiceHost(t, db, [openData], {
        access: 'enforced',
        settings: { PUBLIC_URL },
      });
      const administrator = { authorization: await host.authorizationOf({ sub: 'root', roles: ['administrator'] }) };
      const link = { link: `<${CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"` };
      const policy = await host.ask(
        'PUT',
        '/ops/access/policies/guests',
        { title: 'Guests', who: { roles: ['guest'] }, may: ['read'], types: ['Device'], attributes: ['temperature'] },
        { ...administrator, ...link },
      );
      assert.ok(policy.status < 300, JSON.stringify(policy.body));
      const { errors } = await host.broker.client.batchUpsert(
        [
          {
            id: OVEN,
            type: 'Device',
            name: { type: 'Property', value: 'secret-name' },
            owner: { type: 'Property', value: 'secret-owner' },
            location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [77.77, 55.55] } },
            temperature: { type: 'Property', value: 99.9, observedAt: at(20) },
            mood: { type: 'Property', value: 'secret-mood', observedAt: at(20) },
          },
          { id: FRIDGE, type: 'Appliance', temperature: { type: 'Property', value: 7, observedAt: at(0) } },
        ],
        { context: CONTEXT },
      );
      assert.deepEqual(errors, []);
      const guest = { authorization: await host.authorizationOf({ sub: 'guest', roles: ['guest'] }) };
      const urls = [
        ...SETS.map((set) => `${STA}/${set}?$count=true`),
        `${STA}/Things?$expand=Datastreams/Observations,Locations,HistoricalLocations/Locations`,
        `${STA}/Things?$filter=properties/owner eq 'secret-owner'`,
        `${STA}/Things?$filter=substringof('secret',name)`,
        `${STA}/Things?$filter=geo.distance(Locations/location, geography'POINT(77.77 55.55)') lt 100`,
        `${STA}/Things?$orderby=properties/owner`,
        `${STA}/Observations?$filter=result eq 'secret-mood'`,
        `${STA}/Sensors('${OVEN}')/Datastreams`,
      ];
      for (const url of urls) {
        const { status, body } = await host.ask('GET', encodeURI(url), undefined, guest);
        assert.equal(status, 200, `${url}: ${JSON.stringify(body)}`);
        assert.doesNotMatch(JSON.stringify(body), /secret-|mood|77\.77|fridge/, url);
        const isSearch = /filter=/.test(url);
        if (isSearch) assert.deepEqual(body.value, [], url);
      }
      const seen = await host.ask('GET', `${STREAM(TEMPERATURE)}/Observations`, undefined, guest);
      assert.equal(seen.body.value[0].result, 99.9);
      for (const hidden of [
        STREAM(`${OVEN}|mood`),
        THING(FRIDGE),
        `${STA}/Locations('${OVEN}')`,
        `${STA}/Observations('${encodeURIComponent(`${OVEN}|mood|${Date.parse(at(20))}`)}')`,
        `${STA}/ObservedProperties('mood')`,
      ]) {
        assert.equal((await host.ask('GET', hidden, undefined, guest)).status, 404, hidden);
      }
      assert.equal((await host.ask('GET', THING(OVEN), undefined, guest)).status, 200);
      assert.equal((await host.ask('GET', `${STA}/Things`)).status, 401);
      const elsewhere = await host.ask('GET', `${STA}/Things`, undefined, {
        ...administrator,
        'ngsild-tenant': 'other',
      });
      assert.deepEqual(elsewhere.body.value, []);
    },
  );
});
