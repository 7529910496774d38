import type { Territory } from '@alzette/web/territory';
import { onScopeDispose, type Ref, shallowRef, watch } from 'vue';
import { useBroker } from '../../../broker/broker.ts';
import { views } from '../../../broker/operations.ts';
import { type EntityView, viewOf } from '../../../entities/entity-view.ts';
import type { ShownLayer } from '../../../entities/known-layers.ts';
import type { EntityFilter } from '../list/entity-filter.ts';
import { filterBody } from './map-answer.ts';

const PAGE = 60;
const MAX_CHOSEN = 2_000;
const IDS_AT_ONCE = 5_000;
const SETTLE_MS = 150;
/** The minimum pause between two requests for visible rows. */
const REFRESH_MS = 1_000;
const RETRY_MS = 5_000;

interface MapListQuestion {
  readonly layers: Ref<readonly ShownLayer[]>;
  readonly filter: Ref<EntityFilter>;
  readonly territory: Ref<Territory | undefined>;
  /** The entities of the latest events. */
  readonly changed: Ref<ReadonlySet<string>>;
}

// Longer than 80 lines: short functions that share the state at its top.
/** The list beside the map, the most severe first, loaded page by page while scrolling. */
export function useMapList({ layers, filter, territory, changed }: MapListQuestion) {
  const broker = useBroker();
  /** Undefined until it is known. */
  const count = shallowRef<number>();
  const loading = shallowRef(true);
  /** By position in the list; rows that were never visible are missing. */
  const rows = shallowRef<ReadonlyMap<number, EntityView>>(new Map());
  let request = new AbortController();
  let wanted: [first: number, end: number] = [0, PAGE];
  let settle: ReturnType<typeof setTimeout> | undefined;
  let refresh: ReturnType<typeof setTimeout> | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  const underWay = new Set<number>();

  const questionOf = () => filterBody(filter.value, layers.value, territory.value?.communes ?? []);

  async function loadPage(page: number, signal: AbortSignal): Promise<void> {
    const body = questionOf();
    if (body === undefined) {
      count.value = 0;
      rows.value = new Map();
      return;
    }
    const question = { layers: layers.value.map(({ layer }) => layer), filter: body, limit: PAGE, offset: page * PAGE };
    const found = await views.list({ body: question, signal });
    const known = new Map<string, EntityView>();
    if (found.ids.length > 0) {
      const type = layers.value.map(({ layer }) => layer.type).join();
      const { entities } = await broker.queryEntities({
        type,
        id: [...found.ids],
        format: 'concise',
        limit: PAGE,
        signal,
      });
      for (const document of entities) known.set(document.id, viewOf(document));
    }
    if (signal.aborted) return;
    count.value = found.count;
    // A new Map, because the renderer compares it with the previous one.
    const renewed = new Map(rows.value);
    found.ids.forEach((id, place) => {
      const view = known.get(id);
      if (view) renewed.set(page * PAGE + place, view);
    });
    rows.value = renewed;
  }

  async function loadWanted(isNew: boolean): Promise<void> {
    const [first, end] = wanted;
    const pages: number[] = [];
    for (let page = Math.floor(first / PAGE); page <= Math.floor(Math.max(first, end - 1) / PAGE); page++) {
      const isKnown = rows.value.has(page * PAGE) || (page > 0 && page * PAGE >= (count.value ?? 0));
      if ((isNew || !isKnown) && !underWay.has(page)) pages.push(page);
    }
    const { signal } = request;
    await Promise.all(
      pages.map(async (page) => {
        underWay.add(page);
        try {
          await loadPage(page, signal);
        } catch {
          // The map reports the error; it requests the same server.
          if (!signal.aborted) retryLater();
        } finally {
          underWay.delete(page);
        }
      }),
    );
    if (!signal.aborted) loading.value = count.value === undefined;
  }

  function retryLater(): void {
    clearTimeout(retry);
    retry = setTimeout(() => void loadWanted(true), RETRY_MS);
  }

  function startAnew(): void {
    request.abort();
    request = new AbortController();
    underWay.clear();
    clearTimeout(retry);
    rows.value = new Map();
    // How many there are of other data is not known yet.
    count.value = undefined;
    loading.value = true;
    wanted = [0, PAGE];
    void loadWanted(true);
  }

  watch(
    () => JSON.stringify([questionOf(), layers.value.map(({ layer }) => layer)]),
    () => {
      clearTimeout(settle);
      settle = setTimeout(startAnew, SETTLE_MS);
    },
    { immediate: true },
  );
  watch(changed, (ids) => {
    const isShown = [...rows.value.values()].some(({ id }) => ids.has(id));
    if (!isShown && (count.value ?? 0) > rows.value.size) return;
    refresh ??= setTimeout(() => {
      refresh = undefined;
      void loadWanted(true);
    }, REFRESH_MS);
  });
  onScopeDispose(() => {
    clearTimeout(settle);
    clearTimeout(refresh);
    clearTimeout(retry);
    request.abort();
  });

  /** The ids of all entities that match the filters, up to `most`, or by default as many as a command accepts. */
  async function all(most = MAX_CHOSEN): Promise<string[]> {
    const filterNow = filterBody(filter.value, layers.value, territory.value?.communes ?? []);
    const ids: string[] = [];
    while (filterNow !== undefined && ids.length < most) {
      const question = {
        layers: layers.value.map(({ layer }) => layer),
        filter: filterNow,
        limit: Math.min(IDS_AT_ONCE, most - ids.length),
        offset: ids.length,
      };
      const found = await views.list({ body: question });
      ids.push(...found.ids);
      if (found.ids.length === 0 || ids.length >= found.count) break;
    }
    return ids;
  }

  return {
    all,
    count,
    rows,
    loading,
    /** Reports the visible rows. */
    want(first: number, end: number): void {
      wanted = [first, end];
      void loadWanted(false);
    },
  };
}
