import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AttributeRow, declarationOf, EMPTY_DRAFT, missingIn, type SourceDraft } from './declaration.ts';

const row = (name: string, field = name, more: Partial<AttributeRow> = {}): AttributeRow => ({
  name,
  field,
  unit: '',
  isNumber: true,
  ...more,
});

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
  attributes: [row('no2', 'no2', { unit: 'GQ' }), row('pm10', 'PM 10'), row('', 'left out')],
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
          { name: 'no2', value: 'data.no2', unitCode: 'GQ' },
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
    format: 'csv',
    decimal: ',',
    idField: 'a.b',
    attributes: [row('index', 'Index (m³)'), row('kind', 'Art', { isNumber: false })],
  };
  const { csv, schedule, entities } = declarationOf(draft) as {
    csv: object;
    schedule?: object;
    entities: { id: string }[];
  };
  assert.match(entities[0]?.id ?? '', /data\["a\.b"\]$/, 'a dot is part of the name of a column');
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
  assert.deepEqual(missingIn({ ...API, attributes: [row(' ')] }), ['attributes']);
});

test('a source is read on request, every so many minutes, or at a time of the territory', () => {
  const scheduled = (draft: Partial<SourceDraft>) =>
    (declarationOf({ ...API, ...draft }, 'Europe/Paris') as { schedule?: object }).schedule;
  assert.equal(scheduled({ rhythm: 'hand' }), undefined);
  assert.deepEqual(scheduled({ everyMin: '15' }), { everyS: 900 });
  assert.deepEqual(scheduled({ rhythm: 'hour' }), { everyS: 3600 });
  assert.deepEqual(scheduled({ rhythm: 'day', time: '06:30' }), { cron: '30 6 * * *', timeZone: 'Europe/Paris' });
  assert.deepEqual(scheduled({ rhythm: 'week', time: '22:05' }), { cron: '5 22 * * 1', timeZone: 'Europe/Paris' });
});

test('a workbook has the columns of its numbers, a place by one field, and times in the zone of the territory', () => {
  const { xlsx, observedAt, entities } = declarationOf(
    { ...API, kind: 'upload', format: 'xlsx', placeField: 'geometry', longitudeField: 'lon', latitudeField: 'lat' },
    'Europe/Paris',
  ) as { xlsx: { columns: object }; observedAt: object; entities: { attributes: object[] }[] };
  assert.deepEqual(Object.keys(xlsx.columns), ['no2', 'PM 10', 'left out', 'lon', 'lat']);
  assert.deepEqual(observedAt, { value: 'data.date', timeZone: 'Europe/Paris' });
  assert.deepEqual(entities[0]?.attributes.at(-1), { name: 'location', type: 'GeoProperty', value: 'data.geometry' });
});
