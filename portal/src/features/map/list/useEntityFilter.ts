import { computed } from 'vue';
import { type LocationQueryRaw, useRoute, useRouter } from 'vue-router';
import { useQueryDrawer } from '../../../kit/url/useQuery.ts';
import type { EntityFilter } from './entity-filter.ts';

/** The filters and the selected entity, stored in the address, so that every view can be shared. */
export function useEntityFilter() {
  const route = useRoute();
  const router = useRouter();

  const filter = computed<EntityFilter>(() => ({
    types: listIn(route.query.type),
    states: listIn(route.query.state),
    commune: text(route.query.commune),
    attention: route.query.attention === '1',
    text: text(route.query.text),
  }));
  const open = useQueryDrawer('entity');
  const selected = computed(() => open.value || undefined);
  const isFiltered = computed(() => {
    const { types, states, attention, text } = filter.value;
    return types.length > 0 || states.length > 0 || attention || text !== '';
  });

  function change(changes: Partial<EntityFilter>): void {
    const { types, states, commune, attention, text } = { ...filter.value, ...changes };
    replace({
      type: types.join() || undefined,
      state: states.join() || undefined,
      commune: commune || undefined,
      attention: attention ? '1' : undefined,
      text: text || undefined,
    });
  }

  /** Opens an entity, or closes it with undefined. "Back" closes the panel, however many were open in it. */
  function select(id: string | undefined): void {
    if (id !== selected.value) open.value = id ?? '';
  }

  function clear(): void {
    replace({ type: undefined, state: undefined, attention: undefined, text: undefined });
  }

  function replace(query: LocationQueryRaw): void {
    router.replace({ query: { ...route.query, ...query } });
  }

  return { filter, selected, isFiltered, change, select, clear };
}

function listIn(value: unknown): string[] {
  return text(value).split(',').filter(Boolean);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
