import { createSharedComposable, useIntervalFn, useTimestamp } from '@vueuse/core';
import type { Ref } from 'vue';

const TICK_MS = 10_000;

/** The present time in milliseconds since the epoch, updated at an interval, so that shown ages stay correct. */
export function useNow(everyMs = TICK_MS): Readonly<Ref<number>> {
  return everyMs === TICK_MS ? sharedClock() : clock(everyMs);
}

const clock = (everyMs: number) => useTimestamp({ scheduler: (tick) => useIntervalFn(tick, everyMs) });

/** One clock for all ages on the page. */
const sharedClock = createSharedComposable(() => clock(TICK_MS));
