import type { Territory } from '@alzette/web/territory';
import { countMatches, fold, wordsOf } from '../text/fold.ts';
import { distanceM, type Position } from './distance.ts';

interface StreetFeature {
  readonly properties: { readonly name?: string; readonly commune?: string };
  readonly geometry: { readonly coordinates: readonly Position[] };
}

/** A street of a commune, with a position in its middle. */
export interface Street {
  readonly name: string;
  /** A commune's slug. */
  readonly commune: string;
  readonly communeName: string;
  readonly at: Position;
}

const NEAR_M = 150;
const SHOWN_NAMES = 8;
const known = new WeakMap<Territory, readonly Street[]>();

/**
 * The streets that match a question: each of its words is a prefix of a word of the street or its commune. Numbers are
 * ignored. A name that several communes have is found in each of them. Works without a network and sends nothing.
 */
export function findStreets(territory: Territory, question: string): Street[] {
  const words = wordsOf(question).filter((word) => !/^\d/.test(word));
  if (words.length === 0) return [];
  const found = streetsOf(territory).filter(
    ({ name, communeName }) => countMatches(words, `${name} ${communeName}`) === words.length,
  );
  const names = new Set([...new Set(found.map(({ name }) => fold(name)))].slice(0, SHOWN_NAMES));
  return found.filter(({ name }) => names.has(fold(name)));
}

/** The only street that was found, if several communes have one of this name: the user chooses the commune. */
export function sameNamed(found: readonly Street[]): { readonly name: string; readonly n: number } | undefined {
  const [first] = found;
  if (first === undefined || found.length === 1) return undefined;
  const isOne = found.every(({ name }) => fold(name) === fold(first.name));
  return isOne ? { name: first.name, n: found.length } : undefined;
}

/** The street at a place; undefined: none is within 150 m. */
export function streetNear(territory: Territory, at: Position): Omit<Street, 'at'> | undefined {
  let best: StreetFeature | undefined;
  let least = NEAR_M;
  for (const street of featuresOf(territory)) {
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
  return name === undefined ? undefined : { name, commune, communeName: communeName(territory, commune) };
}

/** The streets, sorted by name, without duplicates within a commune. */
function streetsOf(territory: Territory): readonly Street[] {
  const kept = known.get(territory);
  if (kept) return kept;
  const slugs = new Set(territory.communes.map(({ slug }) => slug));
  const streets = new Map<string, Street>();
  for (const street of featuresOf(territory)) {
    const { name = '', commune = '' } = street.properties;
    const key = `${commune} ${fold(name)}`;
    if (name === '' || !slugs.has(commune) || streets.has(key)) continue;
    streets.set(key, { name, commune, communeName: communeName(territory, commune), at: middleOf(street) });
  }
  const sorted = [...streets.values()].sort(
    (a, b) => a.name.localeCompare(b.name) || a.communeName.localeCompare(b.communeName),
  );
  known.set(territory, sorted);
  return sorted;
}

function featuresOf({ streets }: Territory): readonly StreetFeature[] {
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
