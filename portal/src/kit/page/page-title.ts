import { onScopeDispose, shallowRef, watchEffect } from 'vue';

/** The title that the current page sets, e.g. the name of a lamp; there is only one page at a time. */
export const shownTitle = shallowRef<string>();

/** Sets the window's title while the page is open. */
export function usePageTitle(title: () => string): void {
  watchEffect(() => {
    shownTitle.value = title();
  });
  onScopeDispose(() => {
    shownTitle.value = undefined;
  });
}
