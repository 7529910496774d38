import { type ComputedRef, computed, type Ref } from 'vue';

/**
 * The title of a drawer for an item of a list; undefined: the drawer is closed. It stays when an act removes the item from
 * the list. An item that was never in the list is named by its id.
 */
export function useDrawerTitle(
  open: Ref<string>,
  titleOf: (id: string) => string | undefined,
): ComputedRef<string | undefined> {
  const shown = computed<{ readonly id: string; readonly title: string }>((before) => {
    const id = open.value;
    const title = titleOf(id);
    return title === undefined && before?.id === id ? before : { id, title: title ?? id };
  });
  return computed(() => (open.value === '' ? undefined : shown.value.title));
}
