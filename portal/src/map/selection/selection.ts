import { shallowRef } from 'vue';

/** Ids of entities that were chosen on the map, for the page that acts on them. They live as long as the tab. */
const KEY = 'alzette.selection';

export const selection = shallowRef<readonly string[]>(stored());

export function select(ids: readonly string[]): void {
  selection.value = [...new Set(ids)];
  sessionStorage.setItem(KEY, JSON.stringify(selection.value));
}

function stored(): string[] {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? '[]');
    return Array.isArray(value) ? value.map(String) : [];
  } catch {
    return [];
  }
}
