import { computed, shallowRef } from 'vue';
import { useRoute } from 'vue-router';

const isOpen = shallowRef(false);

/** Whether the help is open, and the part of the documentation about the current page, if it has one. */
export function useHelp() {
  const route = useRoute();
  return { isOpen, part: computed(() => route.meta.page?.help) };
}
