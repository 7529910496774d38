import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatMapView, type MapView, parseMapView } from './map-view.ts';

const TEXTS: [text: string, expected: MapView | undefined][] = [
  ['13.50/49.47210/5.95420', { zoom: 13.5, latitude: 49.4721, longitude: 5.9542 }],
  ['0/0/-180', { zoom: 0, latitude: 0, longitude: -180 }],
  ['13/49', undefined],
  ['13/49/5/1', undefined],
  ['13/91/5', undefined],
  ['99/49/5', undefined],
  ['a/b/c', undefined],
  ['', undefined],
];

describe('parseMapView', () => {
  for (const [text, expected] of TEXTS) {
    test(JSON.stringify(text), () => assert.deepEqual(parseMapView(text), expected));
  }
});

test('a view is restored from the URL', () => {
  const view = { zoom: 14.25, latitude: 49.4721, longitude: 5.9542 };
  assert.deepEqual(parseMapView(formatMapView(view)), view);
});
