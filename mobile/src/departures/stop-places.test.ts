import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Stop } from '@alzette/mobility/contract';
import { operatorsOf, stopPlaces } from './stop-places.ts';

const stop = (id: string, name: string, location: [number, number], country: 'FR' | 'LU'): Stop => ({
  ...{ id, name, location, country },
  operator: country === 'FR' ? 'Fluo' : 'RGTR',
});

test('French and Luxembourgish stops of one place are one, others stay apart', () => {
  const french = stop('fr', 'Rédange, Mairie', [5.9211, 49.4951], 'FR');
  const luxembourgish = stop('lu', 'Redange Mairie (LU)', [5.9218, 49.4951], 'LU');
  const centre = stop('centre', 'Rédange, Centre', [5.9212, 49.4951], 'FR');
  const elsewhere = stop('elsewhere', 'Rédange, Mairie', [5.85, 49.76], 'LU');
  const places = stopPlaces([french, centre, luxembourgish, elsewhere]);
  assert.deepEqual(
    places.map(({ id }) => id),
    ['fr,lu', 'centre', 'elsewhere'],
  );
  assert.equal(stopPlaces([luxembourgish, french])[0]?.name, 'Rédange, Mairie');
  assert.deepEqual(places.map(operatorsOf)[0], ['Fluo FR', 'RGTR LU']);
});
