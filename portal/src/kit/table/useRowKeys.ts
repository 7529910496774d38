import { computed, nextTick, type Ref, shallowRef } from 'vue';

/** Something that a key does with a row, or with all selected rows. */
export interface RowKey<Row> {
  /** One letter. */
  readonly key: string;
  readonly title: string;
  run(row: Row): unknown;
}

/** The button that opens a row; a row that is not near the visible part has none. */
const OPENS = 'button[data-row]';

/**
 * The keys of a table, which is one stop of the Tab key: J, K and the arrows move between its rows, X selects one, and a
 * table may have more. They act only while the focus is in the table (WCAG 2.1.4).
 */
export function useRowKeys<Row>(
  table: Readonly<Ref<HTMLElement | null>>,
  rows: () => readonly Row[],
  rowKey: (row: Row) => string,
  { select, keys }: { select(row: Row): void; keys: () => readonly RowKey<Row>[] },
) {
  const chosen = shallowRef<string>();
  /** The row that Tab leads to. */
  const stop = computed(() => {
    const known = rows();
    return known.some((row) => rowKey(row) === chosen.value) ? chosen.value : known[0] && rowKey(known[0]);
  });

  const button = () => table.value?.querySelector<HTMLElement>(`${OPENS}[tabindex="0"]`);

  /** The rows beside one that is drawn are drawn too. */
  async function go(index: number): Promise<void> {
    const row = rows()[Math.min(Math.max(index, 0), rows().length - 1)];
    if (row === undefined) return;
    chosen.value = rowKey(row);
    await nextTick();
    button()?.focus();
  }

  function onKeydown(event: KeyboardEvent): void {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const here = target instanceof Element ? target.closest<HTMLElement>(OPENS)?.dataset.row : undefined;
    const index = rows().findIndex((row) => rowKey(row) === here);
    const row = rows()[index];
    if (row === undefined) return;
    const acts: Readonly<Record<string, () => unknown>> = {
      j: () => go(index + 1),
      ArrowDown: () => go(index + 1),
      k: () => go(index - 1),
      ArrowUp: () => go(index - 1),
      x: () => select(row),
      ...Object.fromEntries(keys().map((each) => [each.key, () => each.run(row)])),
    };
    const act = acts[key.length === 1 ? key.toLowerCase() : key];
    if (act === undefined) return;
    event.preventDefault();
    void act();
  }

  /** Where one goes by a click, Tab leads back to. */
  function onFocusin({ target }: FocusEvent): void {
    const row = target instanceof Element ? target.closest<HTMLElement>(OPENS)?.dataset.row : undefined;
    if (row !== undefined) chosen.value = row;
  }

  /** The row that Tab led to may have been scrolled away. */
  async function onScroll(): Promise<void> {
    await nextTick();
    if (button()) return;
    chosen.value = table.value?.querySelector<HTMLElement>(OPENS)?.dataset.row;
  }

  return { stop, onKeydown, onFocusin, onScroll };
}
