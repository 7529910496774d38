import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AirStation } from '@alzette/environment/contract';
import { indexOf, nearestFirst } from './air.ts';

const station = (id: string, longitude: number, isFresh = true) => {
  return { id, name: id, location: [longitude, 49.47] as const, isFresh };
};

test('nearestFirst sorts by distance, with active ones before silent ones', () => {
  const stations = [station('silent', 5.93, false), station('far', 6.1), station('near', 5.94)];
  const ids = (here?: readonly [number, number]) => nearestFirst(stations, here).map(({ id }) => id);
  assert.deepEqual(ids([5.93, 49.47]), ['near', 'far', 'silent']);
  assert.deepEqual(ids(), ['far', 'near', 'silent']);
});

test('indexOf prefers the index of the day to that of the hour', () => {
  const index = { scheme: 'ATMO', level: 2, label: 'x', colour: '#50ccaa', pollutant: 'no2', advice: '' } as const;
  const of: AirStation = { ...station('a', 5), pollutants: [], european: { ...index, scheme: 'EAQI' } };
  assert.equal(indexOf(of)?.scheme, 'EAQI');
  assert.equal(indexOf({ ...of, atmo: index })?.scheme, 'ATMO');
  assert.equal(indexOf({ ...of, european: undefined }), undefined);
});
