import { toProblem, useTell } from '@alzette/web/asking';
import { computed, onScopeDispose, type Ref, ref, shallowRef, watch } from 'vue';
import type { ShownLayer } from '../../../entities/known-layers.ts';
import type { MapContents } from '../../../entities/map-item.ts';
import { changedBetween, itemsAs, type PastState, statesAt } from './past-states.ts';

const HOUR_MS = 3_600_000;
const SETTLE_MS = 300;
/** The most entities in one request; with more, the user has to zoom in. */
const MOST = 1_200;

export type Shown = 'earlier' | 'later' | 'changed';

/** The states of the visible entities at two moments, from the history. */
export function usePast(contents: Ref<MapContents>, layers: Ref<readonly ShownLayer[]>) {
  const tell = useTell();
  const isOpen = shallowRef(false);
  /** Hours relative to the opening of the page. */
  const hours = ref<[number, number]>([-24, 0]);
  const openedAt = shallowRef(0);
  const shown = shallowRef<Shown>('earlier');
  const loading = shallowRef(false);
  const said = shallowRef('');
  const states = shallowRef<readonly [ReadonlyMap<string, PastState>, ReadonlyMap<string, PastState>]>();
  let request = new AbortController();
  let settle: ReturnType<typeof setTimeout> | undefined;

  const isNear = computed(() => contents.value.shows === 'points' && contents.value.items.length <= MOST);
  const moments = computed(() => hours.value.map((hour) => openedAt.value + hour * HOUR_MS) as [number, number]);
  /** Changes only with the set of entities, so that a changed entity causes no request. */
  const ids = computed(() => contents.value.items.map(({ id }) => id).join());

  async function load(): Promise<void> {
    request.abort();
    request = new AbortController();
    const { signal } = request;
    loading.value = true;
    try {
      const { items } = contents.value;
      const of = layers.value;
      const found = await Promise.all(moments.value.map((at) => statesAt(items, of, at, signal)));
      if (signal.aborted) return;
      states.value = found as [ReadonlyMap<string, PastState>, ReadonlyMap<string, PastState>];
      said.value = '';
    } catch (cause) {
      if (signal.aborted) return;
      said.value = tell(toProblem(cause));
    }
    loading.value = false;
  }

  watch([isOpen, isNear, moments, ids], () => {
    clearTimeout(settle);
    if (!isOpen.value || !isNear.value) states.value = undefined;
    else settle = setTimeout(load, SETTLE_MS);
  });
  onScopeDispose(() => {
    clearTimeout(settle);
    request.abort();
  });

  const changed = computed(() => (states.value ? changedBetween(...states.value) : new Set<string>()));
  /** Undefined: the map shows the present. */
  const past = computed<MapContents | undefined>(() => {
    if (!isOpen.value || !states.value) return undefined;
    const [then, later] = states.value;
    const items = itemsAs(contents.value.items, shown.value === 'earlier' ? then : later, layers.value);
    const wanted = shown.value === 'changed' ? items.filter(({ id }) => changed.value.has(id)) : items;
    return { shows: 'points', heaps: [], items: wanted };
  });

  function toggle(): void {
    openedAt.value = Date.now();
    isOpen.value = !isOpen.value;
  }

  return { isOpen, hours, moments, shown, loading, said, isNear, changed, past, toggle };
}
