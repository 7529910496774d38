import { QueryClient, VUE_QUERY_CLIENT } from '@tanstack/vue-query';
import type { App } from 'vue';
import { TELL, type Tell } from './told.ts';

/** How long an answer that no page shows is kept, so that coming back to a page shows it at once. */
const KEEP_MS = 5 * 60_000;
/** A page that the reader comes back to asks again if its answer is older than this. */
const OLD_MS = 60_000;

/**
 * The answers that the pages of an app share: components that ask the same at the same time send one request.
 *
 * @param tell the app's words for problems
 */
export function createAnswers(tell?: Tell) {
  const client = new QueryClient({
    defaultOptions: {
      queries: {
        gcTime: KEEP_MS,
        // Failures are shown at once; `useAnswer` then asks again.
        retry: false,
        // The browser's opinion on whether there is a network is often wrong.
        networkMode: 'always',
        refetchOnReconnect: true,
        refetchOnWindowFocus: ({ state }) => Date.now() - state.dataUpdatedAt > OLD_MS,
        // Comparing large answers costs more than showing them again.
        structuralSharing: false,
      },
      mutations: { networkMode: 'always' },
    },
  });
  return {
    install(app: App): void {
      client.mount();
      app.onUnmount(() => client.unmount());
      app.provide(VUE_QUERY_CLIENT, client);
      if (tell) app.provide(TELL, tell);
    },
  };
}
