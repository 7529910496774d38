import { shallowRef } from 'vue';

/** Ids of entities that were selected on the map, for the page that acts on them. Stored until the tab is closed. */
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
