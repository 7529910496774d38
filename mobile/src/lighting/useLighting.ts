import type { Answered } from '@alzette/kit/client';
import type { PublicLightingContract } from '@alzette/lighting/contract';
import { PUBLIC_LIGHTING } from '@alzette/lighting/paths';
import { clientOf } from '@alzette/web/asking';
import { onScopeDispose, readonly, type ShallowRef, shallowRef, watch } from 'vue';
import type { Position } from '../territory/distance.ts';

const lighting = clientOf<PublicLightingContract>(PUBLIC_LIGHTING);
type StreetTonight = Answered<PublicLightingContract['operations']['tonight']>;
type Figures = Answered<PublicLightingContract['operations']['savings']>;
type Saving = NonNullable<Figures['lastNight']>['rows'][number];
/** Why there is no figure of the year: the share that was measured, and the least that is needed. */
export interface TooFew {
  readonly share: number;
  readonly least: number;
}

interface Lighting {
  readonly street: Readonly<ShallowRef<StreetTonight | undefined>>;
  readonly lastNight: Readonly<ShallowRef<Saving | undefined>>;
  readonly thisYear: Readonly<ShallowRef<Saving | undefined>>;
  readonly tooFew: Readonly<ShallowRef<TooFew | undefined>>;
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
  const tooFew = shallowRef<TooFew>();
  const settled = shallowRef(false);
  let request = new AbortController();

  async function look(): Promise<void> {
    request.abort();
    request = new AbortController();
    const { signal } = request;
    const [all, near] = await Promise.all([
      unlessOffline(lighting.savings({ signal })),
      tonight(place(), own(), signal),
    ]);
    if (signal.aborted) return;
    lastNight.value = all?.lastNight?.rows[0];
    thisYear.value = all?.thisYear?.rows[0];
    const withheld = all?.withheld.find(({ figure }) => figure === 'thisYear');
    tooFew.value = all && withheld && { share: withheld.measuredShare, least: all.leastMeasured };
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
    tooFew: readonly(tooFew),
    settled: readonly(settled),
  } as Lighting;
}

async function tonight(
  position: Position | undefined,
  own: StreetName | undefined,
  signal: AbortSignal,
): Promise<StreetTonight | undefined> {
  const named =
    own && (await unlessOffline(lighting.tonight({ query: { commune: own.commune, street: own.street }, signal })));
  if (named !== undefined || position === undefined) return named;
  const [longitude, latitude] = position.map((degrees) => Number(degrees.toFixed(DIGITS)));
  return unlessOffline(lighting.tonight({ query: { longitude, latitude }, signal }));
}

/** Without a network the card shows the rest. */
function unlessOffline<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch(() => undefined);
}
