import { computed, type MaybeRefOrGetter, onMounted, onScopeDispose, type Ref, shallowRef, toValue } from 'vue';

const EXTRA_ROWS = 6;

/** The rows to render in a scrolling element, for rows of equal height (pixels). */
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

  /** Scrolls until a row is fully visible: by the minimum, or until it is centred. */
  function reveal(index: number, toMiddle = false): void {
    const element = scroller.value;
    if (!element) return;
    const top = index * rowHeight;
    const lowest = top + rowHeight - element.clientHeight;
    if (top < element.scrollTop || lowest > element.scrollTop) {
      const nearest = top < element.scrollTop ? top : lowest;
      element.scrollTop = toMiddle ? (top + lowest) / 2 : nearest;
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
