import { clause } from '../clause.ts';
import { geoProperty, point, property, square } from '../documents.ts';
import { expectIds, expectProblem } from '../expect.ts';
import type { Broker, Json, Query } from '../rig/broker.ts';

/** Positions by the last part of the entity's id; 0.01 degrees of latitude are about 1.1 km. */
const PLACES: { readonly [key: string]: unknown } = {
  centre: point(6, 49),
  near: point(6, 49.01),
  far: point(7, 50),
  field: square(6, 49, 0.1),
  plot: square(6, 49, 0.02),
  beside: square(6.05, 49, 0.1),
  street: {
    type: 'LineString',
    coordinates: [
      [5.9, 49],
      [6.1, 49],
    ],
  },
};

interface Reference {
  readonly geometry: string;
  readonly coordinates: unknown;
}
const POINT: Reference = { geometry: 'Point', coordinates: [6, 49] };
const polygon = (shape: Json): Reference => ({ geometry: 'Polygon', coordinates: shape.coordinates });
const FIELD = polygon(square(6, 49, 0.1));

const FINDS: readonly (readonly [what: string, georel: string, reference: Reference, found: string])[] = [
  ['within 10 m of a point', 'near;maxDistance==10', POINT, 'centre field plot beside street'],
  ['within 2 km of a point', 'near;maxDistance==2000', POINT, 'centre near field plot beside street'],
  ['farther than 2 km from a point', 'near;minDistance==2000', POINT, 'far'],
  ['farther than 500 m from a point', 'near;minDistance==500', POINT, 'near far'],
  ['within 500 km of a point', 'near;maxDistance==500000', POINT, 'centre near far field plot beside street'],
  ['within a polygon', 'within', FIELD, 'centre near field plot'],
  ['containing a point', 'contains', POINT, 'centre field plot street'],
  ['containing a polygon', 'contains', polygon(square(6, 49, 0.01)), 'field plot'],
  ['intersecting a polygon', 'intersects', FIELD, 'centre near field plot beside street'],
  ['equal to a point', 'equals', POINT, 'centre'],
  ['equal to a polygon', 'equals', FIELD, 'field'],
  ['disjoint from a polygon', 'disjoint', FIELD, 'far'],
  ['overlapping a polygon', 'overlaps', FIELD, 'beside'],
  [
    'intersecting several points',
    'intersects',
    {
      geometry: 'MultiPoint',
      coordinates: [
        [7, 50],
        [8, 51],
      ],
    },
    'far',
  ],
  [
    'within one of several polygons',
    'within',
    { geometry: 'MultiPolygon', coordinates: [square(7, 50, 0.1).coordinates, square(9, 50, 0.1).coordinates] },
    'far',
  ],
  [
    'within 10 m of a line',
    'near;maxDistance==10',
    {
      geometry: 'LineString',
      coordinates: [
        [6.5, 49.5],
        [7.5, 50.5],
      ],
    },
    '',
  ],
];

const WRONG: readonly (readonly [what: string, query: Query])[] = [
  ['near without a distance', { georel: 'near', geometry: 'Point', coordinates: '[6,49]' }],
  ['two distances', { georel: 'near;maxDistance==10;minDistance==5', geometry: 'Point', coordinates: '[6,49]' }],
  ['a distance below zero', { georel: 'near;maxDistance==-5', geometry: 'Point', coordinates: '[6,49]' }],
  ['a distance that is no number', { georel: 'near;maxDistance==far', geometry: 'Point', coordinates: '[6,49]' }],
  ['a distance with one equals sign', { georel: 'near;maxDistance=10', geometry: 'Point', coordinates: '[6,49]' }],
  ['a distance of 1e400', { georel: 'near;maxDistance==1e400', geometry: 'Point', coordinates: '[6,49]' }],
  ['an unknown relation', { georel: 'touching', geometry: 'Point', coordinates: '[6,49]' }],
  ['a relation without geometry', { georel: 'within', coordinates: '[6,49]' }],
  ['a relation without coordinates', { georel: 'within', geometry: 'Point' }],
  ['coordinates without relation', { geometry: 'Point', coordinates: '[6,49]' }],
  ['coordinates of another geometry', { georel: 'within', geometry: 'Polygon', coordinates: '[6,49]' }],
  ['coordinates that are no JSON', { georel: 'within', geometry: 'Point', coordinates: '6;49' }],
  ['a GeometryCollection', { georel: 'within', geometry: 'GeometryCollection', coordinates: '[]' }],
  ['a ring that is not closed', { georel: 'within', geometry: 'Polygon', coordinates: '[[[0,0],[1,0],[1,1],[0,1]]]' }],
];

async function places(broker: Broker): Promise<{ type: string; id: (key: string) => string }> {
  const type = broker.name('Place');
  const base = broker.id('Place');
  const id = (key: string) => `${base}:${key}`;
  const located = Object.entries(PLACES).map(([key, shape]) => ({ id: id(key), type, location: geoProperty(shape) }));
  await broker.createAll([...located, { id: id('nowhere'), type, name: property('x') }]);
  return { type, id };
}

export const geoqueries = clause('4.10', 'Geoqueries', ({ test }) => {
  for (const [what, georel, { geometry, coordinates }, found] of FINDS) {
    test(`finds what is ${what}`, async (broker) => {
      const { type, id } = await places(broker);
      const query = { type, georel, geometry, coordinates: JSON.stringify(coordinates) };
      expectIds(await broker.get('/entities', { query }), found.split(' ').filter(Boolean).map(id));
    });
  }
  for (const [what, query] of WRONG) {
    test(`refuses ${what}`, async (broker) => {
      expectProblem(await broker.get('/entities', { query: { type: broker.name(), ...query } }), 'BadRequestData');
    });
  }

  test('looks at the GeoProperty named by geoproperty', async (broker) => {
    const type = broker.name('Place');
    const id = await broker.create({ type, location: geoProperty(point(6, 49)), entrance: geoProperty(point(8, 51)) });
    const query = { type, georel: 'near;maxDistance==10', geometry: 'Point', coordinates: '[8,51]' };
    expectIds(await broker.get('/entities', { query }), []);
    expectIds(await broker.get('/entities', { query: { ...query, geoproperty: 'entrance' } }), [id]);
  });

  test('excludes the hole of a polygon', async (broker) => {
    const { type, id } = await places(broker);
    const ring = square(6, 49, 0.1).coordinates as number[][][];
    const hole = square(6, 49, 0.005).coordinates as number[][][];
    const query = { type, georel: 'within', geometry: 'Polygon', coordinates: JSON.stringify([...ring, ...hole]) };
    expectIds(await broker.get('/entities', { query }), [id('near')]);
  });

  test('finds an entity by any instance of its GeoProperty', async (broker) => {
    const type = broker.name('Place');
    const location = [geoProperty(point(6, 49)), geoProperty(point(8, 51), { datasetId: 'urn:x:gps' })];
    const id = await broker.create({ type, location });
    const query = { type, georel: 'near;maxDistance==10', geometry: 'Point', coordinates: '[8,51]' };
    expectIds(await broker.get('/entities', { query }), [id]);
  });

  test('finds an entity at its new position', async (broker) => {
    const type = broker.name('Place');
    const id = await broker.create({ type, location: geoProperty(point(6, 49)) });
    await broker.patch(`/entities/${id}/attrs`, { location: geoProperty(point(8, 51)) });
    const query = { type, georel: 'near;maxDistance==10', geometry: 'Point' };
    expectIds(await broker.get('/entities', { query: { ...query, coordinates: '[6,49]' } }), []);
    expectIds(await broker.get('/entities', { query: { ...query, coordinates: '[8,51]' } }), [id]);
  });

  test('requires no type', async (broker) => {
    const name = broker.name('spot');
    const id = await broker.create({ type: 'Place', [name]: geoProperty(point(6, 49)) });
    const query = { georel: 'near;maxDistance==10', geometry: 'Point', coordinates: '[6,49]', geoproperty: name };
    expectIds(await broker.get('/entities', { query }), [id]);
  });
});
