/** A circle on the map, in pixels. */
export interface Circle {
  readonly radius: number;
  x: number;
  y: number;
}

const ROUNDS = 12;

/** The overlap of two circles with a gap between them, in pixels; zero or negative: none. */
export function overlapOf(a: Circle, b: Circle, gap: number): number {
  return a.radius + b.radius + gap - Math.hypot(a.x - b.x, a.y - b.y);
}

/** Moves circles that overlap apart, each by half of the overlap, in a few rounds. */
export function pushApart(circles: readonly Circle[], gap: number): void {
  for (let round = 0; round < ROUNDS && pushOnce(circles, gap); round++);
}

/** False: no overlaps. */
function pushOnce(circles: readonly Circle[], gap: number): boolean {
  let moved = false;
  circles.forEach((a, i) => {
    for (const b of circles.slice(i + 1)) {
      const lacking = overlapOf(a, b, gap);
      if (lacking <= 0.5) continue;
      moved = true;
      const distance = Math.hypot(a.x - b.x, a.y - b.y) || 1;
      const x = ((a.x - b.x) / distance || 1) * (lacking / 2);
      const y = ((a.y - b.y) / distance) * (lacking / 2);
      a.x += x;
      a.y += y;
      b.x -= x;
      b.y -= y;
    }
  });
  return moved;
}
