import { folded } from '../../format/slug.ts';

/** A column of a table of `Row`s. */
export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  /** The value for sorting and exports. */
  readonly value: (row: Row) => string | number | undefined;
  /** The displayed text, if it differs from the value. */
  readonly format?: (row: Row) => string;
  /** `end` for numbers. */
  readonly align?: 'start' | 'end';
  /** In pixels. */
  readonly width?: number;
  /** Hidden by default. */
  readonly hidden?: boolean;
  /** Hidden on a phone. */
  readonly secondary?: boolean;
}

interface Sort {
  readonly key: string;
  readonly descending: boolean;
}

/** Parses `name` or `-name` from the address. */
export function parseSort(text: string): Sort | undefined {
  if (text === '' || text === '-') return undefined;
  const descending = text.startsWith('-');
  return { key: descending ? text.slice(1) : text, descending };
}

export function formatSort(sort: Sort | undefined): string {
  return sort === undefined ? '' : `${sort.descending ? '-' : ''}${sort.key}`;
}

/** The rows of which some text, or several together, has each of the words. */
export function matching<Row>(rows: readonly Row[], wanted: string, textsOf: (row: Row) => readonly string[]) {
  const words = folded(wanted).split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const text = folded(textsOf(row).join(' '));
    return words.every((word) => text.includes(word));
  });
}

/** Sorts numbers within texts numerically (2 before 10). Rows without a value come last in both directions. */
export function sorted<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sort: Sort | undefined,
  locale: string,
): readonly Row[] {
  const column = columns.find(({ key }) => key === sort?.key);
  if (!sort || !column) return rows;
  const collator = new Intl.Collator(locale, { numeric: true });
  const sign = sort.descending ? -1 : 1;
  const valued = rows.map((row) => ({ row, value: column.value(row) }));
  valued.sort((a, b) => {
    if (a.value === undefined || b.value === undefined)
      return Number(a.value === undefined) - Number(b.value === undefined);
    if (typeof a.value === 'number' && typeof b.value === 'number') return sign * (a.value - b.value);
    return sign * collator.compare(String(a.value), String(b.value));
  });
  return valued.map(({ row }) => row);
}
