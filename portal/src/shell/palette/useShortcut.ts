import { onMounted, onUnmounted } from 'vue';

/** Runs a function on Ctrl (or Command) with a key, wherever the focus is. */
export function useShortcut(key: string, act: () => void): void {
  function onKey(event: KeyboardEvent): void {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== key) return;
    event.preventDefault();
    act();
  }
  onMounted(() => window.addEventListener('keydown', onKey));
  onUnmounted(() => window.removeEventListener('keydown', onKey));
}
