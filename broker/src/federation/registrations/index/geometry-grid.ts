import type { BoundingBox } from '../../../query/geo/bounding-box.ts';

/** A level is the exponent of its cell size: 2^level degrees. */
const FINEST = -10;
const COARSEST = 7;
const CELLS_A_ROW = 2 ** 20;

interface Range {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

/**
 * Finds items whose bounding boxes intersect a box. There is one grid for each cell size. An item is filed in the
 * finest grid in which it occupies only a few cells, so that the grids work for small items in crowded places as well
 * as for large ones.
 */
export class GeometryGrid<Item> {
  readonly #levels = new Map<number, Map<number, Set<Item>>>();

  add(box: BoundingBox, item: Item): void {
    const level = levelOf(box);
    let cells = this.#levels.get(level);
    if (cells === undefined) {
      cells = new Map();
      this.#levels.set(level, cells);
    }
    for (const cell of cellsOf(rangeAt(box, level))) {
      const items = cells.get(cell);
      if (items === undefined) cells.set(cell, new Set([item]));
      else items.add(item);
    }
  }

  remove(box: BoundingBox, item: Item): void {
    const level = levelOf(box);
    const cells = this.#levels.get(level);
    if (cells === undefined) return;
    for (const cell of cellsOf(rangeAt(box, level))) {
      const items = cells.get(cell);
      items?.delete(item);
      if (items?.size === 0) cells.delete(cell);
    }
    if (cells.size === 0) this.#levels.delete(level);
  }

  /** The items that may intersect the box. An item may occur several times. */
  *search(box: BoundingBox): Iterable<Item> {
    for (const [level, cells] of this.#levels) {
      const range = rangeAt(box, level);
      const asked = (range.east - range.west + 1) * (range.north - range.south + 1);
      if (asked <= cells.size) {
        for (const cell of cellsOf(range)) yield* cells.get(cell) ?? [];
      } else for (const [cell, items] of cells) if (isIn(cell, range)) yield* items;
    }
  }
}

/** The finest level at which the box is no larger than a cell. */
function levelOf({ west, south, east, north }: BoundingBox): number {
  const size = Math.max(east - west, north - south);
  if (size === 0) return FINEST;
  return Math.min(COARSEST, Math.max(FINEST, Math.ceil(Math.log2(size))));
}

function rangeAt({ west, south, east, north }: BoundingBox, level: number): Range {
  const cell = (degrees: number) => Math.floor((degrees + 180) / 2 ** level);
  return { west: cell(west), south: cell(south), east: cell(east), north: cell(north) };
}

function* cellsOf({ west, south, east, north }: Range): Iterable<number> {
  for (let y = south; y <= north; y++) for (let x = west; x <= east; x++) yield y * CELLS_A_ROW + x;
}

function isIn(cell: number, { west, south, east, north }: Range): boolean {
  const x = cell % CELLS_A_ROW;
  const y = Math.floor(cell / CELLS_A_ROW);
  return x >= west && x <= east && y >= south && y <= north;
}
