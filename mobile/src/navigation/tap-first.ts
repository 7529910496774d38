import { type Router, START_LOCATION } from 'vue-router';

/** Frames do not come in a page that is hidden. */
const LONGEST_MS = 100;

/** Lets the browser show that a tap was felt before it draws the page that the tap asks for. */
export function showTapsFirst(router: Router): void {
  router.beforeEach(async (_to, from) => {
    if (from !== START_LOCATION) await frameIsShown();
  });
}

/** Waits until a frame with what has changed so far was handed to the screen. */
function frameIsShown(): Promise<void> {
  return new Promise((resolve) => {
    const longest = setTimeout(resolve, LONGEST_MS);
    requestAnimationFrame(() => {
      clearTimeout(longest);
      // A frame's callbacks come before it is drawn: this task comes after.
      setTimeout(resolve);
    });
  });
}
