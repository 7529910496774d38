import { watch } from 'vue';
import type { CitizenState } from '../citizen/useCitizen.ts';

/** Calls `settled` once when the card has its data, or knows that there are none. */
export function useSettled(states: () => readonly CitizenState[], settled: () => void): void {
  let isTold = false;
  watch(
    states,
    (now) => {
      if (isTold || now.includes('loading')) return;
      isTold = true;
      settled();
    },
    { immediate: true },
  );
}
