import { readonly, type ShallowRef, shallowRef } from 'vue';
import type { Position } from '../territory/distance.ts';

/** Where somebody lives, as far as the app has to know: a street, or a sector of waste collection. */
export interface Address {
  /** A commune's slug. */
  readonly commune: string;
  readonly communeName: string;
  readonly street?: string;
  /** The middle of the street. */
  readonly position?: Position;
  readonly sector?: Sector;
}

/** In which everything is collected on the same days, as `/citizen/v1/collections/sectors` tells it. */
export interface Sector {
  readonly id: string;
  readonly name: string;
  readonly commune?: string;
  readonly topic: string;
}

const KEPT_UNDER = 'alzette.address';
const address = shallowRef(readKept());

/** One's own address. It stays on this device. */
export function useAddress(): {
  readonly address: Readonly<ShallowRef<Address | undefined>>;
  /** Undefined: it is forgotten. */
  setAddress(now: Address | undefined): void;
} {
  return {
    address: readonly(address) as Readonly<ShallowRef<Address | undefined>>,
    setAddress(now) {
      address.value = now;
      if (now === undefined) localStorage.removeItem(KEPT_UNDER);
      else localStorage.setItem(KEPT_UNDER, JSON.stringify(now));
    },
  };
}

/** `Rue de la Gare, Villerupt`, or the name of the sector. */
export function addressWords({ street, communeName, sector }: Address): string {
  return street === undefined ? (sector?.name ?? communeName) : `${street}, ${communeName}`;
}

function readKept(): Address | undefined {
  try {
    return (JSON.parse(localStorage.getItem(KEPT_UNDER) ?? 'null') as Address | null) ?? undefined;
  } catch {
    return undefined; // unreadable is as good as absent
  }
}
