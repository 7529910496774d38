import type { Territory } from '@alzette/web/territory';
import { distanceM, type Position } from './distance.ts';

interface StreetFeature {
  readonly properties: { readonly name?: string; readonly commune?: string };
  readonly geometry: { readonly coordinates: readonly Position[] };
}

/** A street by its name, with a position on it. */
export interface Street {
  readonly name: string;
  readonly commune: string;
  readonly at: Position;
}

const NEAR_M = 150;
const MOST = 6;

/** Streets whose name contains all typed words. Works without a network and sends nothing. */
export function findStreets(territory: Territory, typed: string): Street[] {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const found = new Map<string, Street>();
  for (const street of streetsOf(territory)) {
    const { name = '', commune = '' } = street.properties;
    const key = `${name} ${commune}`;
    if (name === '' || found.has(key) || !words.every((word) => plain(key).includes(word))) continue;
    found.set(key, { name, commune: communeName(territory, commune), at: middleOf(street) });
    if (found.size === MOST) break;
  }
  return [...found.values()];
}

/** The street at a place; undefined: none is within 150 m. */
export function streetNear(territory: Territory, at: Position): Omit<Street, 'at'> | undefined {
  let best: StreetFeature | undefined;
  let least = NEAR_M;
  for (const street of streetsOf(territory)) {
    if (street.properties.name === undefined) continue;
    for (const point of along(street.geometry.coordinates)) {
      const metres = distanceM(point, at);
      if (metres < least) {
        least = metres;
        best = street;
      }
    }
  }
  const { name, commune = '' } = best?.properties ?? {};
  return name === undefined ? undefined : { name, commune: communeName(territory, commune) };
}

function streetsOf({ streets }: Territory): readonly StreetFeature[] {
  return (streets as { readonly features: readonly StreetFeature[] }).features; // the format of GET /territory
}

function communeName({ communes }: Territory, slug: string): string {
  return communes.find((each) => each.slug === slug)?.name ?? slug;
}

function middleOf({ geometry: { coordinates } }: StreetFeature): Position {
  const points = [...along(coordinates)];
  return points[Math.floor(points.length / 2)] ?? [0, 0];
}

/** The points of a line, with additional points about every 25 m. */
function* along(line: readonly Position[]): Generator<Position> {
  for (const [at, from] of line.entries()) {
    yield from;
    const to = line[at + 1];
    if (to === undefined) return;
    const steps = Math.floor(distanceM(from, to) / 25);
    for (let step = 1; step < steps; step++) {
      const share = step / steps;
      yield [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share];
    }
  }
}

const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
