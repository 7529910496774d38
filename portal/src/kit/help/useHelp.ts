import { computed, shallowRef, watch } from 'vue';
import { useRoute } from 'vue-router';

const isOpen = shallowRef(false);
/** A part that was asked for; undefined: that of the page. */
const asked = shallowRef<string>();
watch(isOpen, (isOpened) => {
  if (!isOpened) asked.value = undefined;
});

/** Whether the help is open, and its part of the documentation: about the current page, if it has one, or what was asked for. */
export function useHelp() {
  const route = useRoute();
  const ofPage = computed(() => route.meta.page?.help);
  return {
    isOpen,
    part: computed(() => asked.value ?? ofPage.value),
    /** @param part page and id of the English heading; default: the part about the page */
    open(part?: string): void {
      isOpen.value = true;
      asked.value = part;
    },
    /** For another page: what was asked for is no longer about it. */
    forget(): void {
      asked.value = undefined;
    },
  };
}
