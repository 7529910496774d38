import type { Commune, KnownTerritory } from '@alzette/web/territory';
import {
  type ComputedRef,
  computed,
  type InjectionKey,
  inject,
  provide,
  readonly,
  type ShallowRef,
  shallowRef,
} from 'vue';
import type { Position } from '../territory/distance.ts';

export interface Place {
  /** The origin of distances; undefined until the citizen chooses a place. */
  readonly from: ComputedRef<Position | undefined>;
  readonly commune: ComputedRef<Commune | undefined>;
  /** The citizen's position. It stays in memory: it is never sent or stored. */
  readonly position: Readonly<ShallowRef<Position | undefined>>;
  readonly locating: Readonly<ShallowRef<boolean>>;
  /** False while the position for an earlier choice is being determined. */
  readonly settled: ComputedRef<boolean>;
  readonly problem: Readonly<ShallowRef<'denied' | 'unavailable' | undefined>>;
  /** Requests the position from the browser; call it on a tap only. Resolves to whether it succeeded. */
  locate(): Promise<boolean>;
  chooseCommune(slug: string): void;
}

const KEY: InjectionKey<Place> = Symbol('place');
const KEPT_UNDER = 'alzette.place';
const HERE = 'here';

/** The place that the citizen chose: a commune, or the phone's position. The choice is stored, the position is not. */
export function providePlace({ territory, isMissing }: KnownTerritory): void {
  const choice = shallowRef(localStorage.getItem(KEPT_UNDER));
  const position = shallowRef<Position>();
  const locating = shallowRef(false);
  const problem = shallowRef<'denied' | 'unavailable'>();

  const commune = computed(() => territory.value?.communes.find(({ slug }) => slug === choice.value));
  const from = computed(() => (choice.value === HERE ? position.value : commune.value?.center));

  const settled = computed(() => {
    if (choice.value === null) return true;
    return choice.value === HERE ? !locating.value : territory.value !== undefined || isMissing.value;
  });

  function choose(place: string): void {
    choice.value = place;
    localStorage.setItem(KEPT_UNDER, place);
  }

  async function locate(): Promise<boolean> {
    locating.value = true;
    problem.value = undefined;
    try {
      const { coords } = await currentPosition();
      position.value = [coords.longitude, coords.latitude];
      choose(HERE);
      return true;
    } catch (cause) {
      const denied = cause instanceof GeolocationPositionError && cause.code === cause.PERMISSION_DENIED;
      problem.value = denied ? 'denied' : 'unavailable';
      return false;
    } finally {
      locating.value = false;
    }
  }

  if (choice.value === HERE) void locateIfAllowed(locate);

  provide(KEY, {
    from,
    commune,
    position: readonly(position) as Place['position'],
    locating: readonly(locating),
    settled,
    problem: readonly(problem),
    locate,
    chooseCommune: (slug) => {
      problem.value = undefined;
      choose(slug);
    },
  });
}

export function usePlace(): Place {
  const place = inject(KEY);
  if (place === undefined) throw new Error('usePlace needs providePlace above it');
  return place;
}

/** Locates only if the permission was granted before; otherwise the citizen's own tap triggers the prompt. */
async function locateIfAllowed(locate: () => Promise<boolean>): Promise<void> {
  const permission = await navigator.permissions?.query({ name: 'geolocation' }).catch(() => undefined);
  if (permission?.state === 'granted') await locate();
}

function currentPosition(): Promise<GeolocationPosition> {
  return new Promise((resolve, reject) => {
    if (!('geolocation' in navigator)) return reject(new Error('This browser has no geolocation'));
    navigator.geolocation.getCurrentPosition(resolve, reject, { maximumAge: 30_000, timeout: 15_000 });
  });
}
