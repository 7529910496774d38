import { attributeOf, elements, unescaped, type XmlElement } from './xml-elements.ts';

/** A row of a sheet: its number, and the values of its cells; empty ones are undefined. */
export interface SheetRow {
  readonly line: number;
  readonly cells: readonly (string | number | boolean | undefined)[];
}

/** What cells refer to. */
export interface Workbook {
  readonly texts: readonly string[];
  /** By style: whether its numbers are dates. */
  readonly areDates: readonly boolean[];
  /** Whether days count from 1904, as in old workbooks of the Mac. */
  readonly from1904: boolean;
}

const ROW = /<(?:\w+:)?row(?=[\s/>])/g;
const CELL = /<(?:\w+:)?c(?=[\s/>])/g;
const VALUE = /<(?:\w+:)?v(?=[\s/>])/g;
const TEXT = /<(?:\w+:)?t(?=[\s/>])/g;
/** How a text is pronounced, in Japanese. */
const PHONETIC = /<(?:\w+:)?rPh(?=[\s/>])/g;
const DAY_MS = 86_400_000;
/** The day 0 of workbooks. They count 29 February 1900, which there was not. */
const EPOCH_1900 = Date.UTC(1899, 11, 30);
const EPOCH_1904 = Date.UTC(1904, 0, 1);
/** A sheet has at most so many columns (ECMA-376, 18.3.1.4). */
const MAX_COLUMNS = 16_384;

/** The rows of a sheet (ECMA-376, 18.3.1.73). */
export function rowsOf(sheet: string, workbook: Workbook): SheetRow[] {
  const rows: SheetRow[] = [];
  for (const row of elements(sheet, ROW)) {
    const line = Number(attributeOf(row, 'r') ?? (rows.at(-1)?.line ?? 0) + 1);
    const cells: (string | number | boolean | undefined)[] = [];
    for (const cell of elements(row.content, CELL)) {
      const column = columnOf(attributeOf(cell, 'r')) ?? cells.length;
      if (column >= MAX_COLUMNS) continue;
      while (cells.length < column) cells.push(undefined);
      cells[column] = readCell(cell, workbook);
    }
    rows.push({ line, cells });
  }
  return rows;
}

/** The texts in an element, which may be cut into runs of different fonts. */
export function textIn(xml: string): string {
  const spoken = [...elements(xml, PHONETIC)].reduce((rest, { content }) => rest.replace(content, ''), xml);
  return [...elements(spoken, TEXT)].map(({ content }) => unescaped(content)).join('');
}

function readCell(cell: XmlElement, { texts, areDates, from1904 }: Workbook) {
  const type = attributeOf(cell, 't') ?? 'n';
  if (type === 'inlineStr') return textIn(cell.content);
  const [raw] = elements(cell.content, VALUE);
  if (raw === undefined || type === 'e') return undefined; // such as #DIV/0!
  const value = unescaped(raw.content);
  if (type === 's') return texts[Number(value)];
  if (type === 'b') return value === '1';
  if (type !== 'n') return value; // a text of a formula, or a date by ISO 8601
  const number = Number(value);
  if (areDates[Number(attributeOf(cell, 's') ?? 0)] !== true) return number;
  return dateText(number, from1904 ? EPOCH_1904 : EPOCH_1900);
}

/** ISO 8601 without a zone: a workbook has none. A number below 1 is a time of day. */
function dateText(days: number, epoch: number): string | number {
  const at = new Date(Math.round((epoch + days * DAY_MS) / 1000) * 1000);
  if (Number.isNaN(at.getTime())) return days;
  const [date = '', time = ''] = at.toISOString().slice(0, 19).split('T');
  if (days < 1) return time;
  return Number.isInteger(days) ? date : `${date}T${time}`;
}

/** `AB12` is 27. */
function columnOf(reference: string | undefined): number | undefined {
  const [letters] = /^[A-Z]{1,3}/.exec(reference ?? '') ?? [];
  if (letters === undefined) return undefined;
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}
