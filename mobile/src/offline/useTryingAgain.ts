import { useEventListener, useIntervalFn } from '@vueuse/core';

const TRY_AGAIN_MS = 30_000;

/**
 * Calls `send` when the network is back. While something waits, it is also called when the page is seen again and
 * twice a minute, because browsers don't always say that the network is back, or that a site takes it again.
 */
export function useTryingAgain(isWaiting: () => boolean, send: () => Promise<unknown>): void {
  const tryAgain = () => {
    if (!document.hidden && isWaiting()) void send();
  };
  useEventListener('online', send);
  useEventListener(document, 'visibilitychange', tryAgain);
  useIntervalFn(tryAgain, TRY_AGAIN_MS);
}
