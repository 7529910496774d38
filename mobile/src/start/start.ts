import { shallowRef } from 'vue';

const KEPT_UNDER = 'alzette.started';
const isDone = shallowRef(localStorage.getItem(KEPT_UNDER) !== null);

/** Whether the reader has gone through the first questions, or has skipped them. It stays on this device. */
export function useStart() {
  return {
    isDone,
    finish(): void {
      isDone.value = true;
      localStorage.setItem(KEPT_UNDER, 'yes');
    },
  };
}
