import { watch } from 'vue';
import type { CitizenState } from '../citizen/useCitizen.ts';

/** Tells once that a card has something to say, or knows that it has not. */
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
