import { pushApart } from '@alzette/web/push-apart';
import type { Container } from '../containers/container.ts';
import type { Position } from '../territory/distance.ts';
import { MARKER_PX } from './container-marker.ts';
import { fromLonLat, toLonLat } from './library/data.ts';
import { sitesOf } from './sites.ts';

/** Containers that the map shows together: those of one site side by side, those of several as a disc with their number. */
export interface Heap {
  readonly at: Position;
  readonly containers: readonly Container[];
  readonly isDisc: boolean;
}

export const DISC_RADIUS = 18;
/** Distance between the markers of one site, in CSS pixels. */
export const STEP_PX = 42;
const GAP = 4;

/**
 * The heaps at a resolution, in metres of the map per CSS pixel. Those of one commune that would cover one another are
 * joined; discs of two communes are moved apart. From afar (`isFar`) the containers of a site are a disc too.
 */
export function heapsOf(containers: readonly Container[], resolution: number, isFar: boolean): Heap[] {
  const sites = sitesOf(containers).map((site) => heapOf(site, isFar && site.length > 1));
  const heaps = joined(sites, resolution);
  const discs = heaps
    .filter(({ isDisc }) => isDisc)
    .map((heap) => {
      const [x, y] = pixelOf(heap.at, resolution);
      return { heap, radius: DISC_RADIUS, x, y };
    });
  pushApart(discs, GAP);
  return [
    ...heaps.filter(({ isDisc }) => !isDisc),
    ...discs.map(({ heap, x, y }) => ({
      ...heap,
      at: toLonLat([x * resolution, -y * resolution]) as [number, number],
    })),
  ];
}

/** To the right and down, from the origin of the map. */
export function pixelOf(position: Position, resolution: number): readonly [x: number, y: number] {
  const [x = 0, y = 0] = fromLonLat([...position]);
  return [x / resolution, -y / resolution];
}

/** Half of the width and of the height of what is drawn, in CSS pixels. */
export function halfSize({ containers, isDisc }: Heap): readonly [x: number, y: number] {
  if (isDisc) return [DISC_RADIUS, DISC_RADIUS];
  return [(STEP_PX * (containers.length - 1) + MARKER_PX) / 2, MARKER_PX / 2];
}

function joined(heaps: readonly Heap[], resolution: number): Heap[] {
  const kept: Heap[] = [];
  for (const heap of heaps) {
    const i = kept.findIndex((other) => communeOf(other) === communeOf(heap) && overlap(other, heap, resolution));
    const other = kept[i];
    if (other) kept[i] = heapOf([...other.containers, ...heap.containers], true);
    else kept.push(heap);
  }
  // A disc stands elsewhere than those that it joins, and may cover another one.
  return kept.length < heaps.length ? joined(kept, resolution) : kept;
}

function heapOf(containers: readonly Container[], isDisc: boolean): Heap {
  const mean = (axis: 0 | 1) => containers.reduce((sum, { position }) => sum + position[axis], 0) / containers.length;
  return { at: [mean(0), mean(1)], containers, isDisc };
}

function communeOf({ containers }: Heap): string | undefined {
  return containers[0]?.commune;
}

function overlap(a: Heap, b: Heap, resolution: number): boolean {
  const [aX, aY] = pixelOf(a.at, resolution);
  const [bX, bY] = pixelOf(b.at, resolution);
  const [aWidth, aHeight] = halfSize(a);
  const [bWidth, bHeight] = halfSize(b);
  return Math.abs(aX - bX) < aWidth + bWidth + GAP && Math.abs(aY - bY) < aHeight + bHeight + GAP;
}
