import assert from 'node:assert/strict';
import { test } from 'node:test';
import { declarationOf, EMPTY_DRAFT, missingIn, type SourceDraft } from './declaration.ts';

const API: SourceDraft = {
  ...EMPTY_DRAFT,
  id: 'air',
  name: 'Air',
  url: ' https://example.org/air ',
  authorization: 'Bearer x',
  everyMin: '0,5',
  items: '/list',
  type: 'AirQualityObserved',
  idField: 'station.id',
  timeField: 'date',
  attributes: 'no2\n\npm10 = PM 10',
};

test('an API becomes a source with its secret, its schedule and expressions for its fields', () => {
  assert.deepEqual(missingIn(API), []);
  assert.deepEqual(declarationOf(API), {
    id: 'air',
    name: 'Air',
    kind: 'http',
    schedule: { everyS: 30 },
    from: { url: 'https://example.org/air', secretHeaders: { Authorization: 'Bearer x' } },
    items: '/list',
    observedAt: { value: 'data.date' },
    entities: [
      {
        type: 'AirQualityObserved',
        id: "'urn:ngsi-ld:AirQualityObserved:' + data.station.id",
        attributes: [
          { name: 'no2', value: 'data.no2' },
          { name: 'pm10', value: 'data["PM 10"]' },
        ],
      },
    ],
  });
});

test('a position is a point from two fields', () => {
  const { entities } = declarationOf({ ...API, longitudeField: 'geo.lon', latitudeField: 'geo.lat' }) as {
    entities: { attributes: object[] }[];
  };
  assert.deepEqual(entities[0]?.attributes.at(-1), {
    name: 'location',
    type: 'GeoProperty',
    value: '[data.geo.lon, data.geo.lat]',
  });
});

test('attributes of a CSV file are numbers unless they are declared as texts', () => {
  const draft: SourceDraft = {
    ...API,
    kind: 'upload',
    decimal: ',',
    attributes: 'index = Index (m³)\nkind = Art : text',
  };
  const { csv, schedule } = declarationOf(draft) as { csv: object; schedule?: object };
  assert.deepEqual(csv, { decimal: ',', columns: { 'Index (m³)': { type: 'number' } } });
  assert.equal(schedule, undefined);
});

test('a timetable and a gateway need no mapping; a declaration without its required fields is incomplete', () => {
  const { entities, from } = declarationOf({ ...API, kind: 'talq', clientAddress: 'x' }) as {
    entities?: unknown;
    from: object;
  };
  assert.deepEqual([entities, 'clientAddress' in from], [undefined, true]);
  assert.deepEqual(missingIn({ ...API, kind: 'talq' }), ['clientAddress']);
  assert.deepEqual(missingIn({ ...API, attributes: ' ' }), ['attributes']);
});
