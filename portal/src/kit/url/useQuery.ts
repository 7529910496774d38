import { computed, type WritableComputedRef } from 'vue';
import { type LocationQueryRaw, type Router, useRoute, useRouter } from 'vue-router';

interface Pending {
  readonly changes: LocationQueryRaw;
  /** A step of its own in the browser's history. */
  isStep: boolean;
}

/** Pending changes of the address, by router: changes in the same tick become one navigation. */
const pending = new WeakMap<Router, Pending>();

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
    set: (text) => changeSoon(router, { [name]: text || undefined }, false),
  });
}

/** The key of what a drawer shows. To open it is a step of the browser's history, so that "back" closes it. */
export function useQueryDrawer(name: string): WritableComputedRef<string> {
  const text = useQueryText(name);
  const router = useRouter();
  return computed({
    get: () => text.value,
    set: (key) => changeSoon(router, { [name]: key || undefined }, key !== '' && text.value === ''),
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

function changeSoon(router: Router, changes: LocationQueryRaw, isStep: boolean): void {
  const waiting = pending.get(router);
  if (waiting) {
    Object.assign(waiting.changes, changes);
    waiting.isStep ||= isStep;
    return;
  }
  const all: Pending = { changes: { ...changes }, isStep };
  pending.set(router, all);
  queueMicrotask(() => {
    pending.delete(router);
    const { query, hash } = router.currentRoute.value;
    const target = { query: { ...query, ...all.changes }, hash };
    void (all.isStep ? router.push(target) : router.replace(target));
  });
}
