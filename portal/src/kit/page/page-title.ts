import { onScopeDispose, shallowRef, watchEffect } from 'vue';

/** The title that the page at hand gives itself, e.g. the name of a lamp; there is one page at a time. */
export const shownTitle = shallowRef<string>();

/** Names the page in the window's title as long as it is there. */
export function usePageTitle(title: () => string): void {
  watchEffect(() => {
    shownTitle.value = title();
  });
  onScopeDispose(() => {
    shownTitle.value = undefined;
  });
}
