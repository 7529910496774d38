import { onScopeDispose, readonly, type ShallowRef, shallowRef } from 'vue';

/** Whether the device has a network, according to the browser. */
export function useOnline(): Readonly<ShallowRef<boolean>> {
  const online = shallowRef(navigator.onLine);
  const look = () => {
    online.value = navigator.onLine;
  };
  window.addEventListener('online', look);
  window.addEventListener('offline', look);
  onScopeDispose(() => {
    window.removeEventListener('online', look);
    window.removeEventListener('offline', look);
  });
  return readonly(online);
}
