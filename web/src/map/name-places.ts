/** A name to place: its anchor and its size, in pixels. */
interface PlacedName {
  readonly at: readonly [x: number, y: number];
  readonly width: number;
  readonly height: number;
}

/** An area that must stay free, in pixels. */
export interface Obstacle {
  readonly at: readonly [x: number, y: number];
  readonly radius: number;
}

type Offset = readonly [x: number, y: number];
interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const NEAREST = 8;
const FARTHEST = 80;
const STEP = 4;
const SLANT = Math.SQRT1_2;
/** By preference among equally near places. */
const DIRECTIONS: readonly Offset[] = [
  [0, -1],
  [0, 1],
  [1, 0],
  [-1, 0],
  [SLANT, -SLANT],
  [-SLANT, -SLANT],
  [SLANT, SLANT],
  [-SLANT, SLANT],
];

/**
 * Returns for each name the offset of its centre so that it covers neither obstacles nor earlier names: the nearest
 * free place, preferably above. Without a free place it covers obstacles rather than names.
 */
export function placeNames(names: readonly PlacedName[], obstacles: readonly Obstacle[]): Offset[] {
  const taken: Box[] = [];
  return names.map((name) => {
    const offsets = candidates(name);
    const apart = offsets.filter((offset) => !taken.some((other) => overlaps(boxAt(name, offset), other)));
    const free = apart.find((offset) => !obstacles.some((obstacle) => touches(boxAt(name, offset), obstacle)));
    const offset = free ?? apart[0] ?? [0, 0];
    taken.push(boxAt(name, offset));
    return offset;
  });
}

function candidates({ width, height }: PlacedName): Offset[] {
  const offsets: Offset[] = [];
  for (let distance = NEAREST; distance <= FARTHEST; distance += STEP) {
    for (const [x, y] of DIRECTIONS) {
      offsets.push([x * distance + (Math.sign(x) * width) / 2, y * distance + (Math.sign(y) * height) / 2]);
    }
  }
  return offsets;
}

function boxAt({ at: [x, y], width, height }: PlacedName, [dx, dy]: Offset): Box {
  return {
    left: x + dx - width / 2,
    top: y + dy - height / 2,
    right: x + dx + width / 2,
    bottom: y + dy + height / 2,
  };
}

function touches(box: Box, { at: [x, y], radius }: Obstacle): boolean {
  const dx = x - Math.min(box.right, Math.max(box.left, x));
  const dy = y - Math.min(box.bottom, Math.max(box.top, y));
  return dx * dx + dy * dy < radius * radius;
}

function overlaps(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
