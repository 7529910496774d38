import { onScopeDispose, readonly, type ShallowRef, shallowRef, watch } from 'vue';
import type { Position } from '../territory/distance.ts';

interface Saving {
  /** The additional kWh of a night at full power. */
  readonly savedEnergy: number;
  /** 0 to 1. */
  readonly saving?: number;
}

/** The answer of `/public/lighting`: the same figures as in the operators' cockpit. */
interface PublicLighting {
  /** `YYYY-MM-DD`; null: no measurements so far. */
  readonly night: string | null;
  readonly lastNight: { readonly rows: readonly Saving[] } | null;
  readonly thisYear: { readonly rows: readonly Saving[] } | null;
}

/** The brightness of a street tonight. */
interface StreetTonight {
  readonly commune: string;
  readonly street: string;
  readonly on: string;
  readonly off: string;
  readonly levelNow: number;
  readonly levels: readonly { readonly from: string; readonly to: string; readonly level: number }[];
}

interface Lighting {
  readonly street: Readonly<ShallowRef<StreetTonight | undefined>>;
  readonly lastNight: Readonly<ShallowRef<Saving | undefined>>;
  readonly thisYear: Readonly<ShallowRef<Saving | undefined>>;
  /** Whether the request has succeeded or failed. */
  readonly settled: Readonly<ShallowRef<boolean>>;
}

/** A street by its name, and its commune as a scope without the slash. */
interface StreetName {
  readonly commune: string;
  readonly street: string;
}

const EVERY_MS = 5 * 60_000;
/** About a hundred metres: the server needs no exact position. */
const DIGITS = 3;

/**
 * The light in the reader's street, or in the street nearest to a place, and the savings. Unknown figures are
 * undefined.
 */
export function useLighting(place: () => Position | undefined, own: () => StreetName | undefined): Lighting {
  const [street, lastNight, thisYear] = [shallowRef<StreetTonight>(), shallowRef<Saving>(), shallowRef<Saving>()];
  const settled = shallowRef(false);
  let request = new AbortController();

  async function look(): Promise<void> {
    request.abort();
    request = new AbortController();
    const { signal } = request;
    const [all, near] = await Promise.all([get<PublicLighting>('', signal), tonight(place(), own(), signal)]);
    if (signal.aborted) return;
    lastNight.value = all?.lastNight?.rows[0];
    thisYear.value = all?.thisYear?.rows[0];
    street.value = near;
    settled.value = true;
  }

  watch([place, own], look, { immediate: true });
  const timer = setInterval(() => {
    if (!document.hidden) void look();
  }, EVERY_MS);
  onScopeDispose(() => {
    clearInterval(timer);
    request.abort();
  });
  return {
    street: readonly(street),
    lastNight: readonly(lastNight),
    thisYear: readonly(thisYear),
    settled: readonly(settled),
  } as Lighting;
}

async function tonight(
  position: Position | undefined,
  own: StreetName | undefined,
  signal: AbortSignal,
): Promise<StreetTonight | undefined> {
  const named =
    own &&
    (await get<StreetTonight>(`/tonight?${new URLSearchParams({ commune: own.commune, street: own.street })}`, signal));
  if (named !== undefined || position === undefined) return named;
  const [longitude, latitude] = position.map((degrees) => degrees.toFixed(DIGITS));
  return get<StreetTonight>(`/tonight?longitude=${longitude}&latitude=${latitude}`, signal);
}

async function get<T>(path: string, signal: AbortSignal): Promise<T | undefined> {
  try {
    const response = await fetch(`/public/lighting${path}`, { signal });
    return response.ok ? ((await response.json()) as T) : undefined;
  } catch {
    return undefined; // without a network the card shows the rest
  }
}
