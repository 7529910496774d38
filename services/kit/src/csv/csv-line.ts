/** What a spreadsheet begins a formula with, also as full-width characters. */
const FORMULA = /^[=+@\t\r\n＝＋－＠]/;
const NEGATIVE_NUMBER = /^-\d*[.,]?\d+$/;

/**
 * A line of CSV (RFC 4180), with its end. A text that a spreadsheet would execute as a formula is prefixed with an
 * apostrophe.
 */
export function csvLine(cells: readonly (string | number | boolean | undefined)[], separator: ',' | ';'): string {
  return `${cells.map((cell) => csvCell(cell, separator)).join(separator)}\r\n`;
}

function csvCell(cell: string | number | boolean | undefined, separator: string): string {
  if (typeof cell !== 'string') return cell === undefined ? '' : String(cell);
  const isFormula = FORMULA.test(cell) || (cell.startsWith('-') && !NEGATIVE_NUMBER.test(cell));
  const text = isFormula ? `'${cell}` : cell;
  return /["\r\n]/.test(text) || text.includes(separator) ? `"${text.replaceAll('"', '""')}"` : text;
}
