import { type Circle, overlapOf, pushApart } from '@alzette/web/push-apart';
import { fromLonLat, toLonLat } from 'ol/proj.js';
import type { MapHeap, Share } from '../entities/map-item.ts';
import { donutOfHeap, donutRadius } from './donut.ts';

/** Pixels between the edges of two donuts. */
const GAP = 5;

/** In pixels from the origin of the map. */
interface Placed extends Circle {
  readonly heap: MapHeap;
}

/**
 * Clusters without overlaps at a resolution (metres per pixel): those of the same commune are merged, others are moved
 * apart. No donut mixes communes, and no count is lost.
 */
export function withoutOverlap(heaps: readonly MapHeap[], resolution: number): MapHeap[] {
  const placed = joined(
    heaps.map((heap) => place(heap, resolution)),
    resolution,
  );
  pushApart(placed, GAP);
  return placed.map(({ heap, x, y }) => ({ ...heap, position: position(x, y, resolution) }));
}

function place(heap: MapHeap, resolution: number): Placed {
  const [x = 0, y = 0] = fromLonLat([...heap.position]);
  return { heap, radius: donutRadius(donutOfHeap(heap).total), x: x / resolution, y: y / resolution };
}

function position(x: number, y: number, resolution: number): readonly [number, number] {
  const [longitude = 0, latitude = 0] = toLonLat([x * resolution, y * resolution]);
  return [longitude, latitude];
}

function joined(heaps: readonly Placed[], resolution: number): Placed[] {
  const kept: Placed[] = [];
  for (const each of heaps) {
    const at = kept.findIndex((other) => other.heap.scope === each.heap.scope && overlapOf(other, each, GAP) > 0);
    const other = kept[at];
    if (other === undefined) kept.push(each);
    else kept[at] = place(join(other.heap, each.heap), resolution);
  }
  // A merged cluster is larger, and may overlap another one.
  return kept.length < heaps.length ? joined(kept, resolution) : kept;
}

function join(a: MapHeap, b: MapHeap): MapHeap {
  const of = (heap: MapHeap): number => heap.shares.reduce((sum, { count }) => sum + count, 0);
  const part = of(b) / (of(a) + of(b));
  const mean = (i: 0 | 1): number => a.position[i] + (b.position[i] - a.position[i]) * part;
  return { scope: a.scope, position: [mean(0), mean(1)], shares: summed([...a.shares, ...b.shares]) };
}

function summed(shares: readonly Share[]): Share[] {
  const sums = new Map<string, Share>();
  for (const share of shares) {
    const key = `${share.paint} ${share.severity}`;
    const sum = sums.get(key);
    sums.set(key, sum ? { ...sum, count: sum.count + share.count, silent: sum.silent + share.silent } : share);
  }
  return [...sums.values()];
}
