/** Metres east and north of the territory's origin. */
export type Point = readonly [x: number, y: number];

/** Degrees, WGS 84, as in GeoJSON. */
export type Position = [longitude: number, latitude: number];

const METRES_PER_DEGREE = 111_320;

/** A plane around an origin, exact to a metre or two over a few kilometres. */
export interface Plane {
  toPoint(position: Position): Point;
  /** Rounded to 1e-6 degrees, about a decimetre. */
  toPosition(point: Point): Position;
}

export function planeAround([longitude, latitude]: Position): Plane {
  const perDegreeEast = METRES_PER_DEGREE * Math.cos((latitude * Math.PI) / 180);
  return {
    toPoint: ([lon, lat]) => [(lon - longitude) * perDegreeEast, (lat - latitude) * METRES_PER_DEGREE],
    toPosition: ([x, y]) => [round(longitude + x / perDegreeEast), round(latitude + y / METRES_PER_DEGREE)],
  };
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

/** The point at `t` (0 to 1) on the line from `a` to `b`. */
export function between(a: Point, b: Point, t: number): Point {
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];
}

export function lengthOf(line: readonly Point[]): number {
  let length = 0;
  for (let i = 1; i < line.length; i++) length += distance(line[i - 1] as Point, line[i] as Point);
  return length;
}

/** Points and headings (radians, counter-clockwise from east) every `step` metres along a line, from `start` metres on. */
export function walk(line: readonly Point[], step: number, start: number): { point: Point; heading: number }[] {
  const steps: { point: Point; heading: number }[] = [];
  let next = start;
  let walked = 0;
  for (let i = 1; i < line.length; i++) {
    const [from, to] = [line[i - 1] as Point, line[i] as Point];
    const length = distance(from, to);
    for (; next <= walked + length && length > 0; next += step) {
      const heading = Math.atan2(to[1] - from[1], to[0] - from[0]);
      steps.push({ point: between(from, to, (next - walked) / length), heading });
    }
    walked += length;
  }
  return steps;
}

/** Whether a closed ring contains a point. */
export function contains(ring: readonly Point[], [x, y]: Point): boolean {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [ax, ay] = ring[i] as Point;
    const [bx, by] = ring[j] as Point;
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

function round(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}
