import { readonly, type ShallowRef, shallowRef } from 'vue';
import type { Position } from '../territory/distance.ts';

/** The home address, no more precise than the app needs: a street, or a sector of waste collection. */
export interface Address {
  /** A commune's slug. */
  readonly commune: string;
  readonly communeName: string;
  readonly street?: string;
  /** The middle of the street. */
  readonly position?: Position;
  readonly sector?: Sector;
}

/** An area with the same collection days, as returned by `/citizen/v1/collections/sectors`. */
export interface Sector {
  readonly id: string;
  readonly name: string;
  readonly commune?: string;
  readonly topic: string;
}

const KEPT_UNDER = 'alzette.address';
const address = shallowRef(readKept());

/** The citizen's home address. It stays on this device. */
export function useAddress(): {
  readonly address: Readonly<ShallowRef<Address | undefined>>;
  /** Undefined deletes the address. */
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
    return undefined; // an unreadable value counts as absent
  }
}
