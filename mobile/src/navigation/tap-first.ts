import { type Router, START_LOCATION } from 'vue-router';

/** A hidden page gets no animation frames. */
const LONGEST_MS = 100;

/** Lets the browser show the feedback of a tap before the new page renders. */
export function showTapsFirst(router: Router): void {
  router.beforeEach(async (_to, from) => {
    if (from !== START_LOCATION) await frameIsShown();
  });
}

/** Waits until a frame with the current changes is displayed. */
export function frameIsShown(): Promise<void> {
  return new Promise((resolve) => {
    const longest = setTimeout(resolve, LONGEST_MS);
    requestAnimationFrame(() => {
      clearTimeout(longest);
      // Callbacks of a frame run before it is painted; this task runs after.
      setTimeout(resolve);
    });
  });
}
