import { clause } from '../clause.ts';
import { geoProperty, property } from '../documents.ts';
import { expectProblem, expectSame } from '../expect.ts';

const SHAPES: readonly (readonly [string, unknown])[] = [
  ['Point', [5.95, 49.47]],
  ['Point', [5.95, 49.47, 300]],
  [
    'MultiPoint',
    [
      [1, 2],
      [3, 4],
    ],
  ],
  [
    'LineString',
    [
      [1, 2],
      [3, 4],
    ],
  ],
  [
    'MultiLineString',
    [
      [
        [1, 2],
        [3, 4],
      ],
      [
        [5, 6],
        [7, 8],
      ],
    ],
  ],
  [
    'Polygon',
    [
      [
        [0, 0],
        [2, 0],
        [2, 2],
        [0, 0],
      ],
    ],
  ],
  [
    'MultiPolygon',
    [
      [
        [
          [0, 0],
          [2, 0],
          [2, 2],
          [0, 0],
        ],
      ],
    ],
  ],
];
const NO_GEOMETRIES: readonly (readonly [what: string, value: unknown])[] = [
  ['a GeometryCollection', { type: 'GeometryCollection', geometries: [{ type: 'Point', coordinates: [1, 2] }] }],
  ['an unknown geometry', { type: 'Circle', coordinates: [1, 2] }],
  ['a Point of one number', { type: 'Point', coordinates: [1] }],
  ['a Point of texts', { type: 'Point', coordinates: ['1', '2'] }],
  ['a Point without coordinates', { type: 'Point' }],
  ['a LineString of one position', { type: 'LineString', coordinates: [[1, 2]] }],
  [
    'a ring that is not closed',
    {
      type: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [2, 0],
          [2, 2],
          [0, 2],
        ],
      ],
    },
  ],
  [
    'a ring of three positions',
    {
      type: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [2, 0],
          [0, 0],
        ],
      ],
    },
  ],
  ['a text that is no geometry', 'somewhere'],
  ['a number', 5],
];

export const geometries = clause('4.7', 'Geometries', ({ test }) => {
  for (const [type, coordinates] of SHAPES) {
    test(`returns a ${type} ${JSON.stringify(coordinates)}`, async (broker) => {
      const location = geoProperty({ type, coordinates });
      const id = await broker.create({ type: 'Building', location });
      expectSame(await broker.read(id), { id, type: 'Building', location });
    });
  }
  for (const [what, value] of NO_GEOMETRIES) {
    test(`refuses ${what}`, async (broker) => {
      const entity = { id: broker.id(), type: 'Building', location: geoProperty(value) };
      expectProblem(await broker.post('/entities', entity), 'BadRequestData');
    });
  }

  test('accepts a geometry as JSON in a text and returns it as an object', async (broker) => {
    const id = await broker.create({ type: 'Building', location: geoProperty('{"type":"Point","coordinates":[1,2]}') });
    expectSame(await broker.read(id), {
      id,
      type: 'Building',
      location: geoProperty({ type: 'Point', coordinates: [1, 2] }),
    });
  });

  for (const name of ['location', 'observationSpace', 'operationSpace']) {
    test(`refuses ${name} as a Property`, async (broker) => {
      const entity = { id: broker.id(), type: 'Building', [name]: property('here') };
      expectProblem(await broker.post('/entities', entity), 'BadRequestData');
    });
  }

  test('accepts a polygon that crosses itself', async (broker) => {
    const bowTie = {
      type: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [2, 2],
          [2, 0],
          [0, 2],
          [0, 0],
        ],
      ],
    };
    const id = await broker.create({ type: 'Building', location: geoProperty(bowTie) });
    expectSame(await broker.read(id), { id, type: 'Building', location: geoProperty(bowTie) });
  });
});
