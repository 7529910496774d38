/** The CSV dialect of a language's spreadsheets. */
interface Dialect {
  readonly separator: ',' | ';';
  readonly decimal: '.' | ',';
}

const ENGLISH: Dialect = { separator: ',', decimal: '.' };
const CONTINENTAL: Dialect = { separator: ';', decimal: ',' };
/** A spreadsheet would execute such a text as a formula. */
const FORMULA = /^[=+\-@\t\r]/;
/** Makes spreadsheets read the file as UTF-8. */
const BYTE_ORDER_MARK = '\ufeff';

export type Cell = string | number | undefined;

/** Rows as CSV (RFC 4180), for the spreadsheets of a language: French and German ones use semicolons. */
export function csvText(rows: readonly (readonly Cell[])[], locale: string): string {
  const dialect = locale.startsWith('en') ? ENGLISH : CONTINENTAL;
  const lines = rows.map((row) => row.map((cell) => cellText(cell, dialect)).join(dialect.separator));
  return `${BYTE_ORDER_MARK}${lines.join('\r\n')}\r\n`;
}

/** Downloads a text as a file. */
export function saveText(name: string, type: string, text: string): void {
  saveFile(name, new Blob([text], { type }));
}

export function saveFile(name: string, file: Blob): void {
  const url = URL.createObjectURL(file);
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  URL.revokeObjectURL(url);
}

function cellText(cell: Cell, { separator, decimal }: Dialect): string {
  if (cell === undefined) return '';
  if (typeof cell === 'number') return String(cell).replace('.', decimal);
  const safe = FORMULA.test(cell) ? `'${cell}` : cell;
  return safe.includes(separator) || /["\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
