import { onScopeDispose, readonly, shallowRef, watch } from 'vue';

const PAUSE_MS = 300;

/** Calls `write` a moment after each change of an object, and at once when the page is hidden or left. */
export function useSavedSoon(watched: object, write: () => Promise<unknown>) {
  let soon: ReturnType<typeof setTimeout> | undefined;
  let isSilent = 0;
  let changes = 0;
  /** Whether all changes so far are written. */
  const isSaved = shallowRef(true);

  async function save(): Promise<void> {
    clearTimeout(soon);
    soon = undefined;
    const written = changes;
    await write();
    isSaved.value = written === changes;
  }
  const saveWaiting = () => {
    if (soon !== undefined) void save();
  };

  /** Changes that `step` makes are not saved by themselves. */
  async function without(step: () => Promise<void>): Promise<void> {
    isSilent++;
    try {
      await step();
    } finally {
      isSilent--;
    }
  }

  watch(watched, () => {
    if (isSilent > 0) return;
    changes++;
    isSaved.value = false;
    clearTimeout(soon);
    soon = setTimeout(() => void save(), PAUSE_MS);
  });
  // A camera that takes the place of the app hides it first.
  const onHide = () => {
    if (document.visibilityState === 'hidden') saveWaiting();
  };
  document.addEventListener('visibilitychange', onHide);
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', onHide);
    saveWaiting();
  });
  return { save, without, isSaved: readonly(isSaved) };
}
