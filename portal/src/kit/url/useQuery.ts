import { computed, type WritableComputedRef } from 'vue';
import { type LocationQueryRaw, type Router, useRoute, useRouter } from 'vue-router';

/** Changes of the address that are still to be made, by router: those of one moment are one step. */
const pending = new WeakMap<Router, LocationQueryRaw>();

/**
 * A text of the address, e.g. `?text=carnot`: what a page filters and sorts by stands there, so that every view can be
 * shared. Empty is left out.
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

/** Known words of the address, e.g. `?state=new,open`; those not known are passed over. */
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
