import { clause } from '../clause.ts';
import { geoProperty, languageProperty, point, property, relationship } from '../documents.ts';
import { expectBody, expectHeader, expectIds, expectIdsInOrder, expectProblem } from '../expect.ts';
import type { Broker, Json, Query } from '../rig/broker.ts';

const WIDE: readonly Query[] = [
  {},
  { id: 'urn:x:1' },
  { idPattern: '.*' },
  { scopeQ: '/#' },
  { attrs: 'createdAt' },
  { q: 'modifiedAt>2000-01-01T00:00:00Z' },
  { pick: 'name' },
];
const WRONG: readonly (readonly [what: string, query: Query])[] = [
  ['an id that is no URI', { id: 'urn:x:1,nouri' }],
  ['an idPattern that is no regular expression', { idPattern: 'invalid_entity_id_pattern**' }],
  ['an empty id in the list', { id: 'urn:x:1,,urn:x:2' }],
  ['an empty name in attrs', { attrs: 'a,,b' }],
  ['attrs with type', { attrs: 'type' }],
  ['an empty q', { q: '' }],
  ['an empty type', { type: '' }],
  ['a csf that is no query', { csf: 'a==' }],
];

async function three(broker: Broker): Promise<{ type: string; ids: [string, string, string] }> {
  const type = broker.name();
  const ids: [string, string, string] = [broker.id(), broker.id(), broker.id()];
  await broker.createAll([
    { id: ids[0], type, a: property(1), scope: '/x', location: geoProperty(point(6, 49)) },
    { id: ids[1], type, a: property(2), b: property('y'), label: languageProperty({ fr: 'un' }) },
    { id: ids[2], type, b: property('z'), at: relationship(ids[0]) },
  ]);
  return { type, ids };
}

export const queryEntities = clause('5.7.2', 'Query Entities', ({ test }) => {
  test('returns the entities of a type', async (broker) => {
    const { type, ids } = await three(broker);
    expectIds(await broker.get('/entities', { query: { type } }), ids);
    expectIds(await broker.get('/entities/', { query: { type } }), ids);
  });

  test('returns an empty array when nothing matches', async (broker) => {
    expectBody(await broker.get('/entities', { query: { type: broker.name() } }), []);
  });

  test('returns the entities with the requested ids', async (broker) => {
    const { type, ids } = await three(broker);
    const id = `${ids[0]},${ids[2]},urn:x:unknown`;
    expectIds(await broker.get('/entities', { query: { type, id } }), [ids[0], ids[2]]);
  });

  test('returns the entities whose id contains a match of idPattern', async (broker) => {
    const { type, ids } = await three(broker);
    const ask = (idPattern: string) => broker.get('/entities', { query: { type, idPattern } });
    expectIds(await ask(`^${ids[0]}$`), [ids[0]]);
    expectIds(
      await ask(`${ids[0].slice(-10, -2)}-[12]$`),
      [ids[0], ids[1]].filter((id) => /-[12]$/.test(id)),
    );
    expectIds(await ask(ids[2].slice(-9)), [ids[2]]);
    expectIds(await ask('^nothing'), []);
  });

  test('lets id win over idPattern', async (broker) => {
    const { type, ids } = await three(broker);
    expectIds(await broker.get('/entities', { query: { type, id: ids[0], idPattern: `^${ids[1]}$` } }), [ids[0]]);
  });

  test('returns the entities that have one of attrs, with only these', async (broker) => {
    const { type, ids } = await three(broker);
    expectBody(await broker.get('/entities', { query: { type, attrs: 'a' } }), [
      { id: ids[0], type, scope: '/x', a: property(1) },
      { id: ids[1], type, a: property(2) },
    ]);
    expectIds(await broker.get('/entities', { query: { type, attrs: 'a,b' } }), ids);
  });

  test('needs no type when attrs or q names an attribute', async (broker) => {
    const name = broker.name('attribute');
    const id = await broker.create({ type: broker.name(), [name]: property(1) });
    expectIds(await broker.get('/entities', { query: { attrs: name } }), [id]);
    expectIds(await broker.get('/entities', { query: { q: `${name}==1` } }), [id]);
  });

  test('returns what matches all filters', async (broker) => {
    const { type, ids } = await three(broker);
    const geo = { georel: 'near;maxDistance==10', geometry: 'Point', coordinates: '[6,49]' };
    expectIds(await broker.get('/entities', { query: { type, q: 'a>0', scopeQ: '/x', ...geo } }), [ids[0]]);
    expectIds(await broker.get('/entities', { query: { type, q: 'a>1', scopeQ: '/x', ...geo } }), []);
  });

  for (const query of WIDE) {
    const text = Object.entries(query).map(([name, value]) => `${name}=${value}`);
    test(`is too wide ${text.length === 0 ? 'without parameters' : `with ${text} alone`}`, async (broker) => {
      expectProblem(await broker.get('/entities', { query }), 'BadRequestData');
    });
  }
  for (const [what, query] of WRONG) {
    test(`refuses ${what}`, async (broker) => {
      expectProblem(await broker.get('/entities', { query: { type: broker.name(), ...query } }), 'BadRequestData');
    });
  }
});

const FAULTS: readonly (readonly [what: string, body: Json])[] = [
  ['another type than Query', { type: 'Queries', entities: [{ type: 'A' }] }],
  ['no type', { entities: [{ type: 'A' }] }],
  ['no entities', { type: 'Query', entities: [] }],
  ['an empty attrs', { type: 'Query', entities: [{ type: 'A' }], attrs: [] }],
  ['an empty pick', { type: 'Query', entities: [{ type: 'A' }], pick: [] }],
  ['a q that is no text', { type: 'Query', entities: [{ type: 'A' }], q: 5 }],
  ['a wrong q', { type: 'Query', entities: [{ type: 'A' }], q: 'a==' }],
  ['joinLevel 0', { type: 'Query', entities: [{ type: 'A' }], join: 'inline', joinLevel: 0 }],
  [
    'a temporalQ',
    { type: 'Query', entities: [{ type: 'A' }], temporalQ: { timerel: 'after', timeAt: '2026-01-01T00:00:00Z' } },
  ],
  [
    'a wrong geoQ',
    { type: 'Query', entities: [{ type: 'A' }], geoQ: { georel: 'near', geometry: 'Point', coordinates: [1, 2] } },
  ],
  ['an ordering without orderBy', { type: 'Query', entities: [{ type: 'A' }], ordering: {} }],
  [
    'an ordering by distance from nowhere',
    { type: 'Query', entities: [{ type: 'A' }], ordering: { orderBy: ['at;dist-asc'] } },
  ],
  [
    'a wrong collation',
    { type: 'Query', entities: [{ type: 'A' }], ordering: { orderBy: ['name'], collation: 'no collation' } },
  ],
  ['no filter at all', { type: 'Query' }],
];

export const queryByBody = clause('5.2.23', 'Query by POST', ({ test }) => {
  const ask = (broker: Broker, body: Json, query: Query = {}) =>
    broker.post('/entityOperations/query', { type: 'Query', ...body }, { query });

  test('returns what its members select', async (broker) => {
    const { type, ids } = await three(broker);
    const entities = [{ type }];
    expectIds(await ask(broker, { entities }), ids);
    expectIds(await ask(broker, { entities, q: 'a>1' }), [ids[1]]);
    expectIds(await ask(broker, { entities, scopeQ: '/x' }), [ids[0]]);
    expectIds(await ask(broker, { entities: [{ type, id: ids[0] }] }), [ids[0]]);
    expectIds(await ask(broker, { entities: [{ type, id: [ids[0], ids[1]] }] }), [ids[0], ids[1]]);
    expectIds(await ask(broker, { entities: [{ type, idPattern: `${ids[2]}$` }] }), [ids[2]]);
    expectIds(await ask(broker, { entities: [{ type, id: ids[0], idPattern: ids[1] }] }), [ids[0]]);
    expectIds(await ask(broker, { entities, attrs: ['b'] }), [ids[1], ids[2]]);
  });

  test('returns what matches one of several selectors', async (broker) => {
    const { type, ids } = await three(broker);
    const other = broker.name();
    const id = await broker.create({ type: other });
    expectIds(await ask(broker, { entities: [{ type, id: ids[0] }, { type: other }] }), [ids[0], id]);
    expectIds(await ask(broker, { entities: [{ type: `${type},${other}` }] }), [...ids, id]);
  });

  test('accepts geoQ with coordinates as array and as text', async (broker) => {
    const { type, ids } = await three(broker);
    for (const coordinates of [[6, 49], '[6,49]']) {
      const geoQ = { georel: 'near;maxDistance==10', geometry: 'Point', coordinates };
      expectIds(await ask(broker, { entities: [{ type }], geoQ }), [ids[0]]);
    }
  });

  test('represents entities as requested', async (broker) => {
    const { type, ids } = await three(broker);
    const entities = [{ type, id: ids[1] }];
    expectBody(await ask(broker, { entities, pick: ['id', 'a'] }), [{ id: ids[1], a: property(2) }]);
    expectBody(await ask(broker, { entities, omit: ['a', 'b'], lang: 'fr' }), [
      { id: ids[1], type, label: property('un', { lang: 'fr' }) },
    ]);
    expectBody(await ask(broker, { entities, pick: ['a'] }, { format: 'simplified' }), [{ a: 2 }]);
    expectIds(await ask(broker, { entities: [{ type, id: ids[2] }], join: 'flat' }), [ids[2], ids[0]]);
  });

  test('orders, pages and counts', async (broker) => {
    const { type, ids } = await three(broker);
    const body = { entities: [{ type }], ordering: { orderBy: ['id;desc'] } };
    const answer = await ask(broker, body, { limit: 2, offset: 1, count: true });
    expectIdsInOrder(answer, [...ids].reverse().slice(1));
    expectHeader(answer, 'NGSILD-Results-Count', '3');
  });

  test('returns GeoJSON', async (broker) => {
    const { type, ids } = await three(broker);
    const body = { type: 'Query', entities: [{ type, id: ids[0] }], pick: ['id', 'type', 'location'] };
    expectBody(await broker.post('/entityOperations/query', body, { accept: 'application/geo+json' }), {
      type: 'FeatureCollection',
      features: [
        {
          id: ids[0],
          type: 'Feature',
          geometry: point(6, 49),
          properties: { type, location: geoProperty(point(6, 49)) },
        },
      ],
    });
  });

  for (const [what, body] of FAULTS) {
    test(`refuses ${what}`, async (broker) => {
      expectProblem(await broker.post('/entityOperations/query', body), 'BadRequestData');
    });
  }
});
