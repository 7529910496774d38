import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromLonLat } from 'ol/proj.js';
import type { MapHeap } from '../entities/map-item.ts';
import { donutOfHeap, donutRadius } from './donut.ts';
import { withoutOverlap } from './heaps.ts';

const RESOLUTION = 40; // metres per pixel

/** A grid of clusters of three communes, closer to one another than the width of a donut. */
const HEAPS: MapHeap[] = Array.from({ length: 60 }, (_, n) => ({
  scope: `/C${n % 3}`,
  position: [5.9 + (n % 10) * 0.008, 49.4 + Math.floor(n / 10) * 0.005],
  shares: [
    { paint: 'lit', severity: 'none', count: 20 + n, silent: n % 2 },
    { paint: 'alarm', severity: 'alarm', count: n % 4, silent: 0 },
  ],
}));

test('clusters are joined within a commune and moved apart between communes: no donut mixes communes, and totals are right', () => {
  const apart = withoutOverlap(HEAPS, RESOLUTION);
  const totals = (heaps: readonly MapHeap[]) => {
    const sums: Record<string, number> = {};
    for (const { scope, shares } of heaps)
      for (const { paint, count, silent } of shares) {
        sums[`${scope} ${paint}`] = (sums[`${scope} ${paint}`] ?? 0) + count;
        sums[`${scope} silent`] = (sums[`${scope} silent`] ?? 0) + silent;
      }
    return sums;
  };
  assert.deepEqual(totals(apart), totals(HEAPS));
  assert.ok(apart.length < HEAPS.length, 'those of one commune that overlap are joined');
  for (const [i, a] of apart.entries()) {
    for (const b of apart.slice(i + 1)) {
      const [ax = 0, ay = 0] = fromLonLat([...a.position]);
      const [bx = 0, by = 0] = fromLonLat([...b.position]);
      const distance = Math.hypot(ax - bx, ay - by) / RESOLUTION;
      const rims = donutRadius(donutOfHeap(a).total) + donutRadius(donutOfHeap(b).total);
      assert.ok(distance > rims * 0.8, `${a.scope} and ${b.scope} are ${distance} px apart, their rims ${rims}`);
    }
  }
});
