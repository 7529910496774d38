import { placeNames } from '@alzette/web/name-places';
import type { Territory } from '@alzette/web/territory';
import { type Heap, halfSize, pixelOf } from './container-heaps.ts';

export const NAME_PX = 14;
const LETTER_WIDTH = 0.58; // relative to the size of the font, on average
const LINE_HEIGHT = 1.2;
const ROOM = 3;

/** The offset of the name of each commune in pixels, so that it covers neither heaps nor other names. */
export function nameOffsets(
  communes: Territory['communes'],
  heaps: readonly Heap[],
  resolution: number,
): readonly (readonly [x: number, y: number])[] {
  return placeNames(
    communes.map(({ name, center }) => ({
      at: pixelOf(center, resolution),
      width: name.length * NAME_PX * LETTER_WIDTH,
      height: NAME_PX * LINE_HEIGHT,
    })),
    heaps.map((heap) => ({ at: pixelOf(heap.at, resolution), radius: halfSize(heap)[1] + ROOM })),
  );
}
