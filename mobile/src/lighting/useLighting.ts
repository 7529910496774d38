import { onScopeDispose, readonly, type ShallowRef, shallowRef, watch } from 'vue';
import type { Position } from '../territory/distance.ts';

interface Saving {
  /** kWh that full power all night would have taken more. */
  readonly savedEnergy: number;
  /** 0 to 1. */
  readonly saving?: number;
}

/** What `/public/lighting` tells: the same figures as the operators' cockpit. */
interface PublicLighting {
  /** `YYYY-MM-DD`; null: nothing was measured yet. */
  readonly night: string | null;
  readonly lastNight: { readonly rows: readonly Saving[] } | null;
  readonly thisYear: { readonly rows: readonly Saving[] } | null;
}

/** How bright a street is lit tonight. */
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
  /** Whether anything is known, or that nothing can be. */
  readonly settled: Readonly<ShallowRef<boolean>>;
}

/** A street by its name; the commune as its scope without the slash. */
interface StreetName {
  readonly commune: string;
  readonly street: string;
}

const EVERY_MS = 5 * 60_000;
/** A hundred metres: no server has to know more of where somebody is. */
const DIGITS = 3;

/** The light in one's own street, else in that nearest to a place; and what was saved. What can't be told is undefined. */
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
    return undefined; // no network: the card shows what is left
  }
}
