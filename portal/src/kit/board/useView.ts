import { computed, type WritableComputedRef } from 'vue';
import { useQueryList } from '../url/useQuery.ts';

export const VIEWS = ['list', 'board', 'map'] as const;
export type View = (typeof VIEWS)[number];

/** The chosen view of a page, stored in the address. */
export function useView(): WritableComputedRef<View> {
  const views = useQueryList('view', VIEWS);
  return computed({
    get: () => views.value[0] ?? 'list',
    set: (chosen) => {
      views.value = chosen === 'list' ? [] : [chosen];
    },
  });
}
