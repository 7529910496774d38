import { computed, type MaybeRefOrGetter, onMounted, onScopeDispose, type Ref, shallowRef, toValue } from 'vue';

const EXTRA_ROWS = 6;

/** Which rows of equal height (pixels) must stand in the document for a scrolling element. */
export function useVirtualRows(
  scroller: Readonly<Ref<HTMLElement | null>>,
  count: MaybeRefOrGetter<number>,
  rowHeight: number,
) {
  const scrolled = shallowRef(0);
  const height = shallowRef(600);

  const first = computed(() => Math.max(0, Math.floor(scrolled.value / rowHeight) - EXTRA_ROWS));
  const end = computed(() =>
    Math.min(toValue(count), Math.ceil((scrolled.value + height.value) / rowHeight) + EXTRA_ROWS),
  );

  function onScroll(): void {
    scrolled.value = scroller.value?.scrollTop ?? 0;
  }

  /** Scrolls as little as needed for a row to be seen whole. */
  function reveal(index: number): void {
    const element = scroller.value;
    if (!element) return;
    const top = index * rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + rowHeight > element.scrollTop + element.clientHeight) {
      element.scrollTop = top + rowHeight - element.clientHeight;
    }
    onScroll();
  }

  const observer = new ResizeObserver(([entry]) => {
    if (entry) height.value = entry.contentRect.height;
    onScroll();
  });
  onMounted(() => scroller.value && observer.observe(scroller.value));
  onScopeDispose(() => observer.disconnect());

  return { first, end, onScroll, reveal };
}
