import type { Stop } from '@alzette/mobility/contract';
import { readonly, type ShallowRef, shallowRef } from 'vue';

const KEPT_UNDER = 'alzette.stops';
/** The server accepts at most this many stops in one request. */
export const MAX_FAVOURITES = 10;
const stops = shallowRef<readonly Stop[]>(readKept());

/** The reader's favourite stops. They stay on this device. */
export function useFavourites(): {
  readonly stops: Readonly<ShallowRef<readonly Stop[]>>;
  isFavourite(id: string): boolean;
  /** Adds or removes the stop. */
  toggle(stop: Stop): void;
} {
  return {
    stops: readonly(stops) as Readonly<ShallowRef<readonly Stop[]>>,
    isFavourite: (id) => stops.value.some((stop) => stop.id === id),
    toggle({ id, name, operator, country, location }) {
      const others = stops.value.filter((stop) => stop.id !== id);
      const isNew = others.length === stops.value.length;
      if (isNew && others.length >= MAX_FAVOURITES) return;
      stops.value = isNew
        ? [...others, { id, name, operator, ...(country && { country }), ...(location && { location }) }]
        : others;
      localStorage.setItem(KEPT_UNDER, JSON.stringify(stops.value));
    },
  };
}

function readKept(): Stop[] {
  try {
    return JSON.parse(localStorage.getItem(KEPT_UNDER) ?? '[]') as Stop[];
  } catch {
    return []; // an unreadable value counts as absent
  }
}
