import type { Stop } from '@alzette/mobility/contract';
import { readonly, type ShallowRef, shallowRef } from 'vue';

const KEPT_UNDER = 'alzette.stops';
/** The server accepts at most this many stops in one request. */
export const MAX_FAVOURITES = 10;
const stops = shallowRef<readonly Stop[]>(readKept());

/** The reader's favourite stops. They stay on this device. */
export function useFavourites(): {
  readonly stops: Readonly<ShallowRef<readonly Stop[]>>;
  /** Whether all of them are. */
  areFavourites(ids: readonly string[]): boolean;
  /** Adds all stops of a place, or removes them if all are there. */
  toggle(place: readonly Stop[]): void;
} {
  return {
    stops: readonly(stops) as Readonly<ShallowRef<readonly Stop[]>>,
    areFavourites,
    toggle(place) {
      const ids = place.map(({ id }) => id);
      const others = stops.value.filter(({ id }) => !ids.includes(id));
      const added = place.map(({ id, name, operator, country, location }) => ({
        ...{ id, name, operator },
        ...(country && { country }),
        ...(location && { location }),
      }));
      const wanted = areFavourites(ids) ? others : [...others, ...added];
      if (wanted.length > MAX_FAVOURITES) return;
      stops.value = wanted;
      localStorage.setItem(KEPT_UNDER, JSON.stringify(stops.value));
    },
  };
}

function areFavourites(ids: readonly string[]): boolean {
  return ids.every((id) => stops.value.some((stop) => stop.id === id));
}

function readKept(): Stop[] {
  try {
    return JSON.parse(localStorage.getItem(KEPT_UNDER) ?? '[]') as Stop[];
  } catch {
    return []; // an unreadable value counts as absent
  }
}
