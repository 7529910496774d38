import { onScopeDispose, readonly, type ShallowRef, shallowRef } from 'vue';

/** The current time in milliseconds since 1970, updated every `everyMs`, so that displayed ages stay correct. */
export function useNow(everyMs = 15_000): Readonly<ShallowRef<number>> {
  const now = shallowRef(Date.now());
  const timer = setInterval(() => {
    now.value = Date.now();
  }, everyMs);
  onScopeDispose(() => clearInterval(timer));
  return readonly(now);
}
