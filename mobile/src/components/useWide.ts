import { onScopeDispose, readonly, type ShallowRef, shallowRef } from 'vue';

/** Whether a list and a map fit side by side. */
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
