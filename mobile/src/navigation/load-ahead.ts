import type { Router } from 'vue-router';

/**
 * Loads the code of the pages at these paths, and then other code, while the browser is idle, one after the other, so
 * that the first tap on each is fast. The code comes from the service worker's cache: nothing is fetched twice.
 */
export async function loadAhead(
  router: Router,
  paths: readonly string[],
  others: readonly (() => Promise<unknown>)[],
): Promise<void> {
  if (!navigator.serviceWorker) return;
  await hasServiceWorker(navigator.serviceWorker);
  const pages = paths.flatMap((path) =>
    router.resolve(path).matched.map(({ components }): unknown => components?.default),
  );
  for (const load of [...pages.filter(isLoader), ...others]) {
    await calm();
    await idle();
    await load().catch(() => undefined); // the tap itself tries again
  }
}

/** A page whose code is not loaded is a function that loads it. */
function isLoader(page: unknown): page is () => Promise<unknown> {
  return typeof page === 'function';
}

async function hasServiceWorker(workers: ServiceWorkerContainer): Promise<void> {
  if (workers.controller) return;
  await new Promise((resolve) => workers.addEventListener('controllerchange', resolve, { once: true }));
}

const CALM_MS = 3_000;

/** Waits for a time without touches, because on a slow phone loading the code of a page delays taps by a tenth of a second. */
function calm(): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      removeEventListener('pointerdown', wait, true);
      resolve();
    };
    let timer = setTimeout(end, CALM_MS);
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(end, CALM_MS);
    };
    addEventListener('pointerdown', wait, true);
  });
}

function idle(): Promise<void> {
  return new Promise((resolve) => {
    if ('requestIdleCallback' in window) requestIdleCallback(() => resolve());
    else setTimeout(resolve, 200); // Safari has no requestIdleCallback
  });
}
