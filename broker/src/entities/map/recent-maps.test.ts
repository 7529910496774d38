import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Caller } from '../../access/caller.ts';
import type { AttributeInstance, Entity } from '../../model/entity.ts';
import { LOCATION } from '../../query/geo/geo-query.ts';
import type { MapRequest } from './map-request.ts';
import type { MapView } from './map-view.ts';
import { RecentMaps } from './recent-maps.ts';

const CALLER: Caller = { tenant: 'town', read: 'all', write: 'all' };
const NOTHING = { scopes: [], words: [], only: new Map(), needsAttention: false };
const REQUEST: MapRequest = {
  layers: [
    { type: 'Lamp', classes: [{ when: [{ attribute: 'state', is: ['on'] }] }], observed: 'state', silentAfter: 3600 },
  ],
  filter: NOTHING,
  zoom: 11,
  named: { name: 'name', address: 'address' },
};
const NOW = new Date().toISOString();
const YESTERDAY = new Date(Date.now() - 86_400_000).toISOString();

type Members = Partial<Omit<Entity, 'attributes'>> & {
  readonly attributes?: Record<string, Partial<AttributeInstance>>;
};

function lamp({ attributes = {}, ...members }: Members = {}): Entity {
  const at = { createdAt: YESTERDAY, modifiedAt: YESTERDAY };
  const given: Record<string, Partial<AttributeInstance>> = {
    state: { value: 'on', observedAt: NOW },
    power: { value: 40 },
    name: { value: 'L1' },
    [LOCATION]: { type: 'GeoProperty', value: { type: 'Point', coordinates: [6, 49] } },
    ...attributes,
  };
  return {
    id: 'urn:ngsi-ld:Lamp:1',
    types: ['Lamp'],
    scopes: ['/Thil'],
    ...at,
    ...members,
    attributes: Object.fromEntries(
      Object.entries(given).map(([name, one]) => [name, [{ type: 'Property', value: null, ...at, ...one }]]),
    ),
  };
}

/** Whether the map is counted again after the change. */
async function isForgotten(
  before: Entity | undefined,
  after: Entity | undefined,
  { request = REQUEST, caller = CALLER, tenant = 'town' } = {},
): Promise<boolean> {
  const recent = new RecentMaps({ hasOtherProcesses: false });
  let counts = 0;
  const look = async (): Promise<MapView> => ({
    shows: 'cells',
    cells: [{ scope: null, at: [++counts, 0], counts: [] }],
  });
  await recent.view(caller, request, true, look);
  await recent.view(caller, request, true, look);
  const earlier = counts;
  assert.equal(earlier, 1, 'the second answer is the first');
  const entityId = 'urn:ngsi-ld:Lamp:1';
  recent.committed([{ tenant, entityId, at: NOW, attributes: [], ...(before && { before }), ...(after && { after }) }]);
  await recent.view(caller, request, true, look);
  return counts > earlier;
}

const FORGOTTEN: { readonly [change: string]: [before?: Entity, after?: Entity] } = {
  'a new entity': [undefined, lamp()],
  'a deleted entity': [lamp(), undefined],
  'another value in a class': [lamp(), lamp({ attributes: { state: { value: 'off', observedAt: NOW } } })],
  'another place': [
    lamp(),
    lamp({ attributes: { [LOCATION]: { type: 'GeoProperty', value: { type: 'Point', coordinates: [6, 48] } } } }),
  ],
  'another scope': [lamp(), lamp({ scopes: ['/Aumetz'] })],
  'no scope': [lamp(), (({ scopes: _gone, ...others }) => others)(lamp())],
  'one more type': [lamp({ types: ['Pole'] }), lamp({ types: ['Pole', 'Lamp'] })],
  'an expiry': [lamp(), lamp({ expiresAt: NOW })],
  'a measurement after silence': [lamp({ attributes: { state: { value: 'on', observedAt: YESTERDAY } } }), lamp()],
};
const KEPT: { readonly [change: string]: [before?: Entity, after?: Entity] } = {
  'a measurement of the same class': [
    lamp({ attributes: { state: { value: 'on', observedAt: new Date(Date.now() - 60_000).toISOString() } } }),
    lamp(),
  ],
  'an attribute that no class uses': [lamp(), lamp({ attributes: { power: { value: 20 } } })],
  'another name': [lamp(), lamp({ attributes: { name: { value: 'L2' } } })],
  'another type of entity': [lamp({ types: ['Pole'] }), undefined],
};

for (const [change, [before, after]] of Object.entries(FORGOTTEN)) {
  test(`a map is counted again after ${change}`, async () => assert.equal(await isForgotten(before, after), true));
}

for (const [change, [before, after]] of Object.entries(KEPT)) {
  test(`a map is not counted again after ${change}`, async () => assert.equal(await isForgotten(before, after), false));
}

test('a map is counted again after changes of attributes in its search words or in the rights of its reader', async () => {
  const named: [Entity, Entity] = [lamp(), lamp({ attributes: { name: { value: 'L2' } } })];
  const request = { ...REQUEST, filter: { ...NOTHING, words: ['L1'] } };
  assert.equal(await isForgotten(...named, { request }), true);
  const area: [Entity, Entity] = [lamp(), lamp({ attributes: { area: { type: 'GeoProperty', value: {} } } })];
  const reference = { type: 'Point', coordinates: [6, 49] } as const;
  const geoQ = { kind: 'near', bound: 'max', metres: 10, reference, geoproperty: 'area' } as const;
  assert.equal(await isForgotten(...area), false);
  assert.equal(await isForgotten(...area, { caller: { ...CALLER, read: [{ entities: { geoQ } }] } }), true);
  assert.equal(await isForgotten(lamp(), undefined, { tenant: 'village' }), false, 'of another tenant');
});

test('other rights, requests and boxes are counted separately, and errors are not cached', async () => {
  const peers = { hasOtherProcesses: false };
  const recent = new RecentMaps(peers);
  const answers: MapView[] = [];
  const look = async () => {
    answers.push({ shows: 'cells', cells: [] });
    return answers.at(-1) as MapView;
  };
  const countsOf = async (request: MapRequest, caller = CALLER) => {
    const before = answers.length;
    const view = await recent.view(caller, request, true, look);
    return answers.length === before ? answers.indexOf(view) : 'again';
  };
  assert.equal(await countsOf(REQUEST), 'again');
  assert.equal(await countsOf({ ...REQUEST, zoom: 11.4 }), 0, 'the same grid');
  assert.equal(await countsOf({ ...REQUEST, zoom: 12 }), 'again');
  assert.equal(await countsOf({ ...REQUEST, filter: { ...NOTHING, only: new Map([[0, [0]]]) } }), 'again');
  assert.equal(await countsOf(REQUEST, { ...CALLER, tenant: 'village' }), 'again');
  const attributes = new Set(['state']);
  assert.equal(await countsOf(REQUEST, { ...CALLER, read: [{ entities: {} }] }), 'again');
  assert.equal(await countsOf(REQUEST, { ...CALLER, read: [{ entities: {}, attributes }] }), 'again');
  for (const _ of [1, 2]) {
    assert.equal(await countsOf({ ...REQUEST, box: [5, 48, 7, 50] }), 'again');
    assert.equal(await countsOf({ ...REQUEST, zoom: 16 }), 'again');
  }
  assert.equal(await countsOf(REQUEST), 0);
  peers.hasOtherProcesses = true;
  assert.equal(await countsOf(REQUEST), 'again');
  peers.hasOtherProcesses = false;
  recent.forget();
  const failing = recent.view(CALLER, REQUEST, true, () => Promise.reject(new Error('no')));
  await assert.rejects(failing, /no/);
  assert.equal(await countsOf(REQUEST), 'again');
});
