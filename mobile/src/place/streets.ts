import type { Territory } from '@alzette/web/territory';
import type { Position } from '../territory/distance.ts';
import { countMatches, fold, wordsOf } from '../text/fold.ts';

/** A street of a commune, and a position in its middle. */
export interface Street {
  readonly name: string;
  /** A commune's slug. */
  readonly commune: string;
  readonly communeName: string;
  readonly position: Position;
}

interface StreetFeature {
  readonly properties?: { readonly name?: string; readonly commune?: string };
  readonly geometry?: { readonly type: string; readonly coordinates: readonly unknown[] };
}

const SHOWN = 8;

/** The streets of a territory, sorted by name, without duplicates within a commune. */
export function streetsOf(territory: Territory): Street[] {
  const names = new Map(territory.communes.map(({ slug, name }) => [slug, name]));
  const streets = new Map<string, Street>();
  for (const { properties, geometry } of (territory.streets as { features?: readonly StreetFeature[] }).features ??
    []) {
    const { name, commune } = properties ?? {};
    const communeName = names.get(commune ?? '');
    if (!name || !commune || communeName === undefined || geometry?.type !== 'LineString') continue;
    const position = geometry.coordinates[Math.floor(geometry.coordinates.length / 2)] as Position | undefined;
    const key = `${commune} ${fold(name)}`;
    if (position !== undefined && !streets.has(key)) streets.set(key, { name, commune, communeName, position });
  }
  return [...streets.values()].sort((a, b) => a.name.localeCompare(b.name) || a.commune.localeCompare(b.commune));
}

/**
 * The streets that match a question: each of its words is a prefix of a word of the street or its commune. Numbers are
 * ignored.
 */
export function findStreets(streets: readonly Street[], question: string): Street[] {
  const words = wordsOf(question).filter((word) => !/^\d/.test(word));
  if (words.length === 0) return [];
  return streets
    .filter(({ name, communeName }) => countMatches(words, `${name} ${communeName}`) === words.length)
    .slice(0, SHOWN);
}
