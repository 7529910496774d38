import { type InjectionKey, inject, onScopeDispose, provide, type Ref, readonly, shallowRef } from 'vue';

const KEY: InjectionKey<Readonly<Ref<number>>> = Symbol('now');
const TICK_MS = 10_000;

/** One clock for all ages on the page, in milliseconds since the epoch. Called once, at the root. */
export function provideNow(): Readonly<Ref<number>> {
  const now = shallowRef(Date.now());
  const timer = setInterval(() => {
    now.value = Date.now();
  }, TICK_MS);
  onScopeDispose(() => clearInterval(timer));
  const clock = readonly(now);
  provide(KEY, clock);
  return clock;
}

export function useNow(): Readonly<Ref<number>> {
  const now = inject(KEY);
  if (!now) throw new Error('useNow: no clock is provided');
  return now;
}
