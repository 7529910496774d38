import { computed, type WritableComputedRef } from 'vue';
import { type LocationQueryRaw, type Router, useRoute, useRouter } from 'vue-router';

/** Pending changes of the address, by router: changes in the same tick become one navigation. */
const pending = new WeakMap<Router, LocationQueryRaw>();

/**
 * A text in the address, e.g. `?text=carnot`. The filters and sort of a page are stored there, so that every view can
 * be shared. An empty text is left out.
 */
export function useQueryText(name: string): WritableComputedRef<string> {
  const route = useRoute();
  const router = useRouter();
  return computed({
    get: () => {
      const value = route.query[name];
      return typeof value === 'string' ? value : '';
    },
    set: (text) => replaceSoon(router, { [name]: text || undefined }),
  });
}

/** Known words in the address, e.g. `?state=new,open`; unknown ones are ignored. */
export function useQueryList<T extends string>(name: string, known: readonly T[]): WritableComputedRef<readonly T[]> {
  const text = useQueryText(name);
  return computed({
    get: () => {
      const asked = text.value.split(',');
      return known.filter((word) => asked.includes(word));
    },
    set: (words) => {
      text.value = words.join();
    },
  });
}

function replaceSoon(router: Router, changes: LocationQueryRaw): void {
  const waiting = pending.get(router);
  if (waiting) {
    Object.assign(waiting, changes);
    return;
  }
  pending.set(router, { ...changes });
  queueMicrotask(() => {
    const all = pending.get(router);
    pending.delete(router);
    router.replace({ query: { ...router.currentRoute.value.query, ...all }, hash: router.currentRoute.value.hash });
  });
}
