import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WaterStation } from '@alzette/environment/contract';
import { drinkingWaterNear } from './water.ts';

const HERE = [5.93, 49.47] as const;
const station = (id: string, longitude: number, more: Partial<WaterStation>): WaterStation => ({
  id,
  name: id,
  location: [longitude, 49.47],
  isFresh: true,
  use: 'drinking',
  level: 1,
  parameters: [],
  ...more,
});

test('drinkingWaterNear: the nearest drinking water with a recent result', () => {
  const far = station('far', 6.1, {});
  const stations = [
    station('pond', 5.93, { use: 'bathing' }),
    station('old', 5.931, { isFresh: false }),
    station('unjudged', 5.932, { level: undefined }),
    far,
  ];
  assert.equal(drinkingWaterNear({ stations }, HERE), far);
  const near = station('near', 5.94, { level: 3 });
  assert.equal(drinkingWaterNear({ stations: [...stations, near] }, HERE), near);
  assert.equal(drinkingWaterNear({ stations: stations.slice(0, 3) }, HERE), undefined);
});
