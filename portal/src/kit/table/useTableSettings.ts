import { computed, shallowRef } from 'vue';
import { store, stored } from '../../stored.ts';
import type { Column } from './column.ts';

/** The reader's settings for a table, stored in this browser under its name. */
interface TableSettings {
  readonly density: 'comfortable' | 'compact';
  /** Keys of the columns; undefined: the table's defaults. */
  readonly columns?: readonly string[];
}

export function useTableSettings<Row>(name: string, columns: () => readonly Column<Row>[], isNarrow: () => boolean) {
  const key = `alzette.table.${name}`;
  const settings = shallowRef(read(key));

  function change(changes: Partial<TableSettings>): void {
    settings.value = { ...settings.value, ...changes };
    store(key, JSON.stringify(settings.value));
  }

  const shown = computed(() => {
    const chosen = settings.value.columns;
    return columns().filter(({ key, hidden, secondary }) =>
      chosen ? chosen.includes(key) : !hidden && !(secondary && isNarrow()),
    );
  });

  /** Shows or hides a column; the last visible one stays. */
  function toggle(key: string): void {
    const keys = shown.value.map((column) => column.key);
    const next = keys.includes(key) ? keys.filter((other) => other !== key) : [...keys, key];
    if (next.length > 0) change({ columns: next });
  }

  return {
    shown,
    density: computed({
      get: () => settings.value.density,
      set: (density) => change({ density }),
    }),
    toggle,
  };
}

function read(key: string): TableSettings {
  try {
    const { density, columns } = JSON.parse(stored(key) ?? '{}');
    return {
      density: density === 'compact' ? 'compact' : 'comfortable',
      ...(Array.isArray(columns) && { columns: columns.map(String) }),
    };
  } catch {
    return { density: 'comfortable' };
  }
}
