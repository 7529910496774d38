import { COLUMNS, type Widget } from '@alzette/ngsi-ld-schemas/dashboards';

type Box = Pick<Widget, 'x' | 'y' | 'w' | 'h'>;

/** The first place of a grid, line by line from the left, where a widget of this size covers no other. */
export function freeSpot(placed: readonly Box[], { w, h }: Pick<Box, 'w' | 'h'>): Pick<Box, 'x' | 'y'> {
  const bottom = Math.max(0, ...placed.map((box) => box.y + box.h));
  for (let y = 0; y < bottom; y += 1) {
    for (let x = 0; x + w <= COLUMNS; x += 1) {
      if (!placed.some((box) => overlap(box, { x, y, w, h }))) return { x, y };
    }
  }
  return { x: 0, y: bottom };
}

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}
