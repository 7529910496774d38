import { onScopeDispose, readonly, type ShallowRef, shallowRef } from 'vue';

/** Whether the screen has room for a list beside a map. */
export function useWide(): Readonly<ShallowRef<boolean>> {
  const query = matchMedia('(min-width: 1000px)');
  const wide = shallowRef(query.matches);
  const look = () => {
    wide.value = query.matches;
  };
  query.addEventListener('change', look);
  onScopeDispose(() => query.removeEventListener('change', look));
  return readonly(wide);
}
