/** A zip begins like this, and a workbook is one. */
const ZIP = [0x50, 0x4b, 0x03, 0x04];
const MOST_HEAD_ROWS = 20;
const LEAST_COLUMNS = 2;

export function isWorkbook(bytes: Uint8Array): boolean {
  return ZIP.every((byte, at) => bytes[at] === byte);
}

/**
 * The first sheet of a workbook (XLSX) as CSV. Offices put titles above the table: it begins with the first row in which
 * all columns have a name. The library is loaded for it first.
 *
 * @throws Error: there is no such row
 */
export async function workbookAsCsv(bytes: Uint8Array): Promise<Uint8Array> {
  const { readSheet } = await import('read-excel-file/node');
  const rows = await readSheet(Buffer.from(bytes));
  const width = Math.max(0, ...rows.map((row) => row.length));
  const filled = (row: readonly unknown[]) => row.filter((cell) => cell !== null && cell !== '').length;
  const widest = Math.max(0, ...rows.slice(0, MOST_HEAD_ROWS).map(filled));
  const head = rows.slice(0, MOST_HEAD_ROWS).findIndex((row) => filled(row) === widest);
  if (width < LEAST_COLUMNS || head === -1)
    throw new Error('got a workbook without a table, expected one in its first sheet');
  const text = rows.slice(head).map((row) => row.map(cellText).join(';'));
  return new TextEncoder().encode(`${text.join('\n')}\n`);
}

function cellText(cell: unknown): string {
  if (cell === null) return '';
  const text = cell instanceof Date ? cell.toISOString().slice(0, 10) : String(cell);
  return /[;"\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
