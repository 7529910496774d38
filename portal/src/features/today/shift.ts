import { shallowRef } from 'vue';
import { store, stored } from '../../stored.ts';

const STORED_SHIFT = 'alzette.shift';
/** The period before the first shift on this device. */
const USUAL_MS = 12 * 3_600_000;

/** The start of the reader's shift, in milliseconds since the epoch. Later events are new. Stored in this browser. */
export function useShift() {
  const kept = Number(stored(STORED_SHIFT));
  const since = shallowRef(kept > 0 ? kept : Date.now() - USUAL_MS);

  /** Starts a shift: everything so far counts as known. */
  function begin(): void {
    since.value = Date.now();
    store(STORED_SHIFT, String(since.value));
  }
  return { since, begin };
}
