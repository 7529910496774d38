import { distance, lengthOf, type Point } from '../plane.ts';
import { ease, seededRandom, smoothNoise } from '../random.ts';
import { type StreetKind, type StreetWords, streetNames } from './street-names.ts';

/** A street on the plane. `road` is a road between communes, `main` its part in town. */
export interface Street {
  readonly name: string;
  /** The commune's slug. */
  readonly commune: string;
  readonly kind: 'road' | 'main' | StreetKind;
  readonly line: readonly Point[];
}

export interface TownPlan {
  readonly slug: string;
  readonly center: Point;
  /** Metres. */
  readonly radius: number;
  /** The long axis in degrees counter-clockwise from east, and the ratio of length to width. */
  readonly axis: number;
  readonly stretch: number;
  /** Exits to the neighbours: bearing (radians counter-clockwise from east) and name of the street. */
  readonly exits: readonly { readonly bearing: number; readonly name: string }[];
}

const SAMPLE_METRES = 18;
const BLOCK_METRES = 125;
const WIDEST_SECTOR = (100 * Math.PI) / 180;
const NARROWEST_SECTOR = (38 * Math.PI) / 180;

interface Radial {
  readonly angle: number;
  /** Undefined: the street leads to no neighbour. */
  readonly exit?: string;
}

// Longer than 80 lines: one drawing, step after step.
/**
 * Draws a small town: main streets from its centre to the neighbours, ring streets, side streets between the rings,
 * dead ends at the edge, and an estate of parallel streets. At every crossing both streets have the same point.
 */
export function drawTown(plan: TownPlan, words: StreetWords): Street[] {
  const random = seededRandom(`town of ${plan.slug}`);
  const nameOf = streetNames(plan.slug, words);
  const ground = groundOf(plan);
  const radials = radialsOf(plan, ground.frameAngle);
  const rings = ringsOf(plan.radius);
  const streets: Street[] = [];
  const add = (kind: Street['kind'], name: string, line: readonly Point[]) => {
    if (lengthOf(line) > 35) streets.push({ name, commune: plan.slug, kind, line });
  };

  const reach = radials.map(() => rings.map((share) => plan.radius * share * (0.88 + random() * 0.24)));
  radials.forEach((radial, i) => {
    const stops = reach[i] as number[];
    const end = radial.exit === undefined ? (stops.at(-1) as number) : plan.radius * 1.08;
    const radii = [...spaced(0, end, SAMPLE_METRES / end), ...stops].filter((r) => r <= end).sort(ascending);
    const kind = radial.exit === undefined ? 'inner' : 'main';
    add(kind, radial.exit ?? nameOf('inner'), distinct(radii.map((r) => ground.on(radial.angle, r))));
  });

  const sectors = radials.map((radial, i) => {
    const next = radials[(i + 1) % radials.length] as Radial;
    return {
      from: radial.angle,
      span: turn(next.angle - radial.angle),
      start: reach[i],
      end: reach[(i + 1) % radials.length],
    };
  });
  const widest = sectors.reduce((best, sector, i) => (sector.span > (sectors[best]?.span ?? 0) ? i : best), 0);
  const outer = rings.length - 1;

  sectors.forEach((sector, s) => {
    const estate = s === widest && plan.radius > 450;
    const arcs = rings.map((_, k) => {
      const [a, b] = [sector.start?.[k] as number, sector.end?.[k] as number];
      const bow = 1 + (random() - 0.4) * 0.12;
      const kept = k === 0 || (estate && k === outer) || random() < (k === outer ? 0.72 : 0.92);
      const crossings: number[] = estate && k === outer ? [0.5] : [];
      const radius = (t: number) => (a + (b - a) * ease(t)) * (1 + (bow - 1) * Math.sin(Math.PI * t));
      return { kept, crossings, radius, at: (t: number) => ground.on(sector.from + sector.span * t, radius(t)) };
    });

    for (let k = 0; k < arcs.length; k++) {
      const [arc, above] = [arcs[k], arcs[k + 1]];
      if (!arc?.kept) continue;
      const length = sector.span * arc.radius(0.5);
      const count = Math.floor(length / BLOCK_METRES);
      for (let j = 0; j < count; j++) {
        const t = (j + 0.5 + (random() - 0.5) * 0.5) / count;
        const through = above?.kept === true;
        if (!through && estate && t > 0.12 && t < 0.88) continue;
        if (random() < (through ? 0.12 : 0.55)) continue;
        arc.crossings.push(t);
        const end = through ? Math.min(0.97, Math.max(0.03, t + (random() - 0.5) * 0.12)) : t + (random() - 0.5) * 0.1;
        const far = through ? above.radius(end) : arc.radius(t) + 70 + random() * 90;
        if (through) above.crossings.push(end);
        const bend = (random() - 0.5) * 0.05;
        const line = spaced(0, 1, SAMPLE_METRES / (far - arc.radius(t))).map((u) =>
          ground.on(
            sector.from + sector.span * (t + (end - t) * u + bend * Math.sin(Math.PI * u)),
            arc.radius(t) + (far - arc.radius(t)) * u,
          ),
        );
        add(through ? 'side' : 'deadEnd', nameOf(through ? 'side' : 'deadEnd'), line);
      }
    }

    arcs.forEach((arc, k) => {
      if (!arc.kept) return;
      const ts = [...spaced(0, 1, SAMPLE_METRES / (sector.span * arc.radius(0.5))), ...arc.crossings].sort(ascending);
      const kind = k === 0 ? 'inner' : 'ring';
      add(kind, nameOf(kind), distinct(ts.map(arc.at)));
    });

    if (estate) {
      const gate = arcs[outer]?.at(0.5) as Point;
      const width = Math.min(150, sector.span * plan.radius * 0.24);
      for (const line of estateLines(plan.center, gate, width)) add('estate', nameOf('estate'), line);
    }
  });
  return streets;
}

/**
 * Converts a town's polar coordinates to the plane: rotated, stretched and slightly distorted, so that streets are not
 * perfectly straight.
 */
function groundOf({ slug, center, radius, axis, stretch }: TownPlan) {
  const [east, north] = [smoothNoise(`${slug} east`), smoothNoise(`${slug} north`)];
  const [cos, sin] = [Math.cos((axis * Math.PI) / 180), Math.sin((axis * Math.PI) / 180)];
  const long = Math.sqrt(stretch);
  const grain = radius * 0.45;
  const sway = radius * 0.1;
  return {
    on(angle: number, r: number): Point {
      const [a, b] = [Math.cos(angle) * r * long, (Math.sin(angle) * r) / long];
      const [x, y] = [a * cos - b * sin, a * sin + b * cos];
      return [
        center[0] + x + sway * east(x / grain, y / grain),
        center[1] + y + sway * north(x / grain + 7, y / grain),
      ];
    },
    frameAngle(bearing: number): number {
      const [dx, dy] = [Math.cos(bearing), Math.sin(bearing)];
      return Math.atan2((-dx * sin + dy * cos) * long, (dx * cos + dy * sin) / long);
    },
  };
}

function radialsOf(plan: TownPlan, frameAngle: (bearing: number) => number): Radial[] {
  const exits = plan.exits.map(({ bearing, name }) => ({ angle: turn(frameAngle(bearing)), exit: name }));
  exits.sort((a, b) => a.angle - b.angle);
  for (let round = 0; round < 20; round++) {
    exits.forEach((exit, i) => {
      const next = exits[(i + 1) % exits.length] as { angle: number };
      const missing = NARROWEST_SECTOR - turn(next.angle - exit.angle);
      if (exits.length < 2 || missing <= 0) return;
      exit.angle -= missing / 2;
      next.angle += missing / 2;
    });
  }
  return exits.flatMap((exit, i): Radial[] => {
    const next = exits[(i + 1) % exits.length] as { angle: number };
    const gap = exits.length === 1 ? 2 * Math.PI : turn(next.angle - exit.angle);
    const parts = Math.ceil(gap / WIDEST_SECTOR);
    const fillers = Array.from({ length: parts - 1 }, (_, j) => ({ angle: exit.angle + (gap * (j + 1)) / parts }));
    return [exit, ...fillers];
  });
}

function ringsOf(radius: number): number[] {
  if (radius > 650) return [0.2, 0.44, 0.7, 0.97];
  return radius > 450 ? [0.28, 0.62, 0.97] : [0.42, 0.95];
}

/** Workers' housing: an avenue from the gate outwards, cross streets, and the two streets that close the block. */
function estateLines(center: Point, gate: Point, halfWidth: number): Point[][] {
  const away = distance(center, gate);
  const [ux, uy] = [(gate[0] - center[0]) / away, (gate[1] - center[1]) / away];
  const at = (across: number, out: number): Point => {
    const depth = out - 0.0009 * across * across;
    return [gate[0] + ux * depth - uy * across, gate[1] + uy * depth + ux * across];
  };
  const rows = [75, 130, 185];
  const columns = spaced(-halfWidth, halfWidth, 0.1);
  return [
    [0, ...rows].map((out) => at(0, out)),
    ...rows.map((out) => [...columns, 0].sort(ascending).map((across) => at(across, out))).map(distinct),
    ...[-halfWidth, halfWidth].map((across) => rows.map((out) => at(across, out))),
  ];
}

/** Values from `from` to `to` in steps of about `share` of the distance, with both ends. */
function spaced(from: number, to: number, share: number): number[] {
  const steps = Math.max(2, Math.ceil(1 / share));
  return Array.from({ length: steps + 1 }, (_, i) => from + ((to - from) * i) / steps);
}

function distinct(line: readonly Point[]): Point[] {
  return line.filter((point, i) => i === 0 || distance(point, line[i - 1] as Point) > 0.01);
}

function turn(angle: number): number {
  const full = 2 * Math.PI;
  return ((angle % full) + full) % full;
}

function ascending(a: number, b: number): number {
  return a - b;
}
