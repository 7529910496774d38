import { shallowRef } from 'vue';
import { store, stored } from '../../stored.ts';

const STORED_SHIFT = 'alzette.shift';
/** Who has never begun a shift here is shown what came since yesterday evening. */
const USUAL_MS = 12 * 3_600_000;

/** When the reader's shift began, in milliseconds since the epoch: what came later is new. Kept in this browser. */
export function useShift() {
  const kept = Number(stored(STORED_SHIFT));
  const since = shallowRef(kept > 0 ? kept : Date.now() - USUAL_MS);

  /** All that is here is known: from now on things are new. */
  function begin(): void {
    since.value = Date.now();
    store(STORED_SHIFT, String(since.value));
  }
  return { since, begin };
}
