import assert from 'node:assert/strict';
import { eachDatabase } from '../support/index.ts';
import { startRegisteringBroker } from './registering-broker.ts';

const id = (name: string) => `urn:ngsi-ld:ContextSourceRegistration:${name}`;

/** In the order of registration. */
const REGISTERED: { readonly [name: string]: Record<string, unknown> } = {
  buildings: { information: [{ entities: [{ type: 'Building' }] }], scope: '/Thil/North', owner: 'Thil' },
  lamp: {
    information: [{ entities: [{ type: 'Lamp', id: 'urn:ngsi-ld:Lamp:1' }], propertyNames: ['power'] }],
    location: { type: 'Point', coordinates: [5.95, 49.47] },
    sourceType: { type: 'Property', value: 'sensor' },
  },
  pattern: { information: [{ entities: [{ type: 'Lamp', idPattern: 'Lamp:[5-9]$' }] }] },
  names: { information: [{ propertyNames: ['power'], relationshipNames: ['cabinet'] }], owner: 'Russange' },
  observed: {
    information: [{ entities: [{ type: 'Building' }] }],
    observationInterval: { startAt: '2026-01-01T00:00:00Z', endAt: '2026-02-01T00:00:00Z' },
  },
  managed: {
    information: [{ entities: [{ type: 'Building' }] }],
    managementInterval: { startAt: '2026-06-01T00:00:00Z' },
  },
};

const FOUND: [query: string, names: string[]][] = [
  ['type=Building', ['buildings', 'names']],
  ['type=Lamp', ['lamp', 'pattern', 'names']],
  ['type=Building,Lamp', ['buildings', 'lamp', 'pattern', 'names']],
  ['type=(Lamp;Device)', ['lamp', 'pattern', 'names']],
  ['id=urn:ngsi-ld:Lamp:1', ['buildings', 'lamp', 'names']],
  ['id=urn:ngsi-ld:Lamp:7&type=Lamp', ['pattern', 'names']],
  ['idPattern=Lamp:1$&type=Lamp', ['lamp', 'pattern', 'names']],
  ['idPattern=Lamp:2$&type=Lamp', ['pattern', 'names']],
  ['attrs=power', ['buildings', 'lamp', 'pattern', 'names']],
  ['attrs=height', ['buildings', 'pattern']],
  ['attrs=cabinet&type=Lamp', ['pattern', 'names']],
  ['q=power>5', ['buildings', 'lamp', 'pattern', 'names']],
  ['q=owner=="Thil"', ['buildings', 'pattern']],
  ['q=owner=="Aumetz"', ['pattern']],
  ['csf=owner=="Thil"', ['buildings']],
  ['csf=sourceType=="sensor"', ['lamp']],
  ['csf=sourceType', ['lamp']],
  ['type=Building&csf=owner!="Thil"', ['names']],
  ['scopeQ=/Thil/%23', ['buildings']],
  ['type=Building&scopeQ=/Rome', []],
  ['georel=near;maxDistance==2000&geometry=Point&coordinates=[5.95,49.47]', ['lamp']],
  ['georel=near;maxDistance==2000&geometry=Point&coordinates=[6.95,49.47]', []],
  ['type=Building&timerel=before&timeAt=2026-01-15T00:00:00Z', ['observed']],
  ['type=Building&timerel=after&timeAt=2026-01-15T00:00:00Z', ['observed']],
  ['type=Building&timerel=after&timeAt=2026-03-15T00:00:00Z', []],
  ['type=Building&timerel=before&timeAt=2025-03-15T00:00:00Z', []],
  ['type=Building&timerel=between&timeAt=2025-01-01T00:00:00Z&endTimeAt=2026-01-01T00:00:00Z', ['observed']],
  ['type=Building&timerel=between&timeAt=2026-02-02T00:00:00Z&endTimeAt=2026-03-01T00:00:00Z', []],
  ['type=Building&timerel=after&timeAt=2026-07-01T00:00:00Z&timeproperty=modifiedAt', ['managed']],
  ['type=Building&timerel=before&timeAt=2026-05-01T00:00:00Z&timeproperty=createdAt', []],
];

const REFUSED = [
  '',
  'limit=5',
  'id=nothing',
  'type=Building&q=power%3E',
  'type=Building&csf=owner%3D%3D',
  'type=Building&timerel=before',
  'type=Building&timerel=during&timeAt=2026-01-15T00:00:00Z',
  'type=Building&limit=-1',
  'type=Building&local=true',
  'type=Building&options=keyValues',
];

eachDatabase('5.10.2 Discovery of context sources', (test) => {
  test('finds the matches of each query, also after a restart', async (t, db) => {
    const first = await startRegisteringBroker(t, db);
    for (const [name, registration] of Object.entries(REGISTERED)) {
      await first.register({ id: id(name), ...registration });
    }
    const restarted = await startRegisteringBroker(t, db);
    for (const broker of [first, restarted]) {
      for (const [query, names] of FOUND) {
        const response = await broker.ask('GET', `/csourceRegistrations?${query}`, undefined, {
          'ngsild-tenant': first.tenant,
        });
        const found = response.json().map((registration: { id: string }) => registration.id);
        assert.deepEqual(found, names.map(id), query);
      }
    }
  });

  test('a query that is too wide or invalid is refused', async (t, db) => {
    const broker = await startRegisteringBroker(t, db);
    await broker.register({});
    for (const query of REFUSED) {
      const response = await broker.ask('GET', `/csourceRegistrations?${query}`);
      assert.equal(response.statusCode, 400, `${query}: ${response.body}`);
    }
  });

  test('pages link forward and back, with the total count', async (t, db) => {
    const broker = await startRegisteringBroker(t, db);
    for (let number = 0; number < 5; number++) await broker.register({ id: id(String(number)) });
    const page = await broker.ask('GET', '/csourceRegistrations?type=Building&limit=2&offset=2&count=true');
    assert.deepEqual(
      page.json().map((each: { id: string }) => each.id),
      [id('2'), id('3')],
    );
    assert.equal(page.headers['ngsild-results-count'], '5');
    const links = [page.headers.link].flat().join();
    assert.match(links, /<\/ngsi-ld\/v1\/csourceRegistrations\?type=Building&limit=2&offset=4&count=true>;rel="next"/);
    assert.match(links, /offset=0&count=true>;rel="prev"/);
    const counted = await broker.ask('GET', '/csourceRegistrations?type=Building&limit=0&count=true');
    assert.deepEqual([counted.json(), counted.headers['ngsild-results-count']], [[], '5']);
  });
});
