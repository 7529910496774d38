import { contains, distance, lengthOf, type Point } from '../plane.ts';
import { smoothNoise } from '../random.ts';
import type { StreetWords } from './street-names.ts';
import { drawTown, type Street, type TownPlan } from './town.ts';

/** A commune with its position on the plane. */
interface CommuneGround extends Omit<TownPlan, 'exits'> {
  /** The form in street names: `d'Aumetz`. */
  readonly inNames: string;
  readonly boundary: readonly Point[];
}

/** The streets of all communes, and the roads between them (pairs of slugs). */
export function drawStreets(
  communes: readonly CommuneGround[],
  roads: readonly (readonly [string, string])[],
  words: StreetWords,
): Street[] {
  const bySlug = new Map(communes.map((commune) => [commune.slug, commune]));
  const towns = communes.flatMap((commune) => {
    const exits = roads.flatMap((road) => {
      if (!road.includes(commune.slug)) return [];
      const towards = bySlug.get(road[0] === commune.slug ? road[1] : road[0]) as CommuneGround;
      return [{ bearing: bearing(commune.center, towards.center), name: named(words.towards, towards) }];
    });
    return drawTown({ ...commune, exits }, words).flatMap((street) => {
      const line = longestInside(street.line, commune.boundary);
      return lengthOf(line) > 35 ? [{ ...street, line }] : [];
    });
  });
  return [...towns, ...roads.flatMap(([a, b]) => openRoad(bySlug.get(a), bySlug.get(b), towns, communes, words))];
}

function openRoad(
  a: CommuneGround | undefined,
  b: CommuneGround | undefined,
  towns: readonly Street[],
  communes: readonly CommuneGround[],
  words: StreetWords,
): Street[] {
  if (!a || !b) return [];
  const [start, end] = [wayOut(a, b, towns, words), wayOut(b, a, towns, words)];
  const span = distance(start.at, end.at);
  const sway = smoothNoise(`road ${a.slug} ${b.slug}`);
  const steps = Math.max(3, Math.ceil(span / 45));
  const line = Array.from({ length: steps + 1 }, (_, i): Point => {
    const t = i / steps;
    const lift = span * 0.07 * sway(t * 4, 0) * Math.sin(Math.PI * t);
    const [x, y] = bezier(start, end, span * 0.34, t);
    return [x - (lift * (end.at[1] - start.at[1])) / span, y + (lift * (end.at[0] - start.at[0])) / span];
  });
  return byCommune(line, communes).map(({ commune, part }) => {
    const towards = commune === a.slug ? b : a;
    return { name: named(words.road, towards), commune, kind: 'road', line: part };
  });
}

function wayOut(
  from: CommuneGround,
  to: CommuneGround,
  towns: readonly Street[],
  words: StreetWords,
): { at: Point; heading: Point } {
  const name = named(words.towards, to);
  const line = towns.find((street) => street.commune === from.slug && street.name === name)?.line ?? [
    from.center,
    to.center,
  ];
  const [before, at] = [line.at(-2) as Point, line.at(-1) as Point];
  const length = distance(before, at);
  return { at, heading: [(at[0] - before[0]) / length, (at[1] - before[1]) / length] };
}

type End = { at: Point; heading: Point };

function bezier(start: End, end: End, pull: number, t: number): Point {
  const along = (axis: 0 | 1) =>
    (1 - t) ** 3 * start.at[axis] +
    3 * (1 - t) ** 2 * t * (start.at[axis] + start.heading[axis] * pull) +
    3 * (1 - t) * t ** 2 * (end.at[axis] + end.heading[axis] * pull) +
    t ** 3 * end.at[axis];
  return [along(0), along(1)];
}

/** Splits a line at the boundaries of communes; consecutive parts share a point. */
function byCommune(line: readonly Point[], communes: readonly CommuneGround[]): { commune: string; part: Point[] }[] {
  const parts: { commune: string; part: Point[] }[] = [];
  for (const point of line) {
    const commune = communes.find(({ boundary }) => contains(boundary, point))?.slug;
    const last = parts.at(-1);
    if (last) last.part.push(point);
    if (commune !== undefined && commune !== last?.commune) parts.push({ commune, part: [point] });
  }
  return parts.filter(({ part }) => part.length > 1);
}

function longestInside(line: readonly Point[], boundary: readonly Point[]): Point[] {
  let best: Point[] = [];
  let run: Point[] = [];
  for (const point of line) {
    run = contains(boundary, point) ? [...run, point] : [];
    if (run.length > best.length) best = run;
  }
  return best;
}

function bearing(from: Point, to: Point): number {
  return Math.atan2(to[1] - from[1], to[0] - from[0]);
}

function named(pattern: string, { inNames }: CommuneGround): string {
  return pattern.replace('{name}', inNames);
}
