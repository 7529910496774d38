import type { Page } from '@playwright/test';

/** Web Vitals consider 0.1 good; our limit is half of it. */
export const MAX_SHIFT = 0.05;

/** Movements without an act of the reader. */
export interface LayoutShift {
  /** As in web-vitals: the sum of the worst window of five seconds. */
  readonly worst: number;
  /** The elements that moved most, with the beginning of their text. */
  readonly moved: readonly string[];
}

/**
 * A script to run in a page before its own code; `shiftOf` reads its result. A string, because it runs in the browser.
 */
export const WATCH_SHIFT = `(() => {
  const entries = [];
  const observer = new PerformanceObserver((list) => entries.push(...list.getEntries()));
  observer.observe({ type: 'layout-shift', buffered: true });
  const nameOf = (node) => {
    const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    return element.tagName.toLowerCase() + '.' + element.className + ' "' + element.textContent.trim().slice(0, 40) + '"';
  };
  globalThis.alzetteShift = () => {
    entries.push(...observer.takeRecords());
    let worst = 0, sum = 0, first = 0, last = 0;
    const own = entries.filter(({ hadRecentInput }) => !hadRecentInput);
    for (const { startTime, value } of own) {
      const isSame = sum > 0 && startTime - last < 1000 && startTime - first < 5000;
      if (!isSame) [sum, first] = [0, startTime];
      sum += value;
      last = startTime;
      worst = Math.max(worst, sum);
    }
    const moved = own.toSorted((a, b) => b.value - a.value).slice(0, 3).flatMap(({ value, sources }) =>
      sources.slice(0, 2).flatMap(({ node }) => (node ? [value.toFixed(3) + ' ' + nameOf(node)] : [])));
    return JSON.stringify({ worst, moved });
  };
})()`;

/** The movements on the page since it was opened. @throws Error: `WATCH_SHIFT` was not run in it */
export async function shiftOf(page: Page): Promise<LayoutShift> {
  return JSON.parse(await page.evaluate('globalThis.alzetteShift()')) as LayoutShift; // as above
}
