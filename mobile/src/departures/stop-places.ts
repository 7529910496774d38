import type { Stop } from '@alzette/mobility/contract';
import { distanceM } from '../territory/distance.ts';

/** Stops of several operators at one place, which a traveller takes for one. */
export interface StopPlace {
  /** In the address of the page: the ids, separated by commas. */
  readonly id: string;
  readonly name: string;
  readonly stops: readonly [Stop, ...Stop[]];
}

const NEAR_M = 250;

/** Puts stops of the same name that are near each other together, in the order of the first of each place. */
export function stopPlaces(stops: readonly Stop[]): StopPlace[] {
  const places: [Stop, ...Stop[]][] = [];
  for (const stop of stops) {
    const place = places.find(([first]) => isSamePlace(first, stop));
    if (place === undefined) places.push([stop]);
    else place.push(stop);
  }
  return places.map((together) => ({
    id: together.map(({ id }) => id).join(','),
    name: shortest(together.map(({ name }) => name)),
    stops: together,
  }));
}

/** Without a mark such as “(LU)”, if one of them has none. */
function shortest(names: readonly string[]): string {
  return names.reduce((least, name) => (name.length < least.length ? name : least));
}

/** Operators and countries of a place. */
export function operatorsOf({ stops }: Pick<StopPlace, 'stops'>): string[] {
  return stops.map(({ operator, country }) => [operator, country].filter(Boolean).join(' '));
}

function isSamePlace(a: Stop, b: Stop): boolean {
  if (plainName(a) !== plainName(b)) return false;
  return a.location !== undefined && b.location !== undefined && distanceM(a.location, b.location) <= NEAR_M;
}

/** Without accents, punctuation, and the country that feeds add to tell their stops from those of others. */
function plainName({ name }: Stop): string {
  const letters = name
    .replace(/\((?:LU|FR|DE|BE)\)/gi, '')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase();
  return letters.replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
}
