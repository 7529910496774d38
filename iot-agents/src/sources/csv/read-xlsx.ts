import { SourceError } from '../../outgoing/remote-error.ts';
import { unzip } from '../items/unzip.ts';
import type { CsvFormat } from './csv-format.ts';
import { readLines, type TableLine } from './read-lines.ts';
import { rowsOf, textIn, type Workbook } from './xlsx-cells.ts';
import { attributeOf, elements } from './xml-elements.ts';

export interface XlsxFormat extends Pick<CsvFormat, 'skipLines' | 'header' | 'columns'> {
  /** Its name; default: the first one. */
  readonly sheet?: string;
}

/** Reading takes a multiple of it in memory, and keeps the process busy. */
const MAX_SHEET_BYTES = 64 * 1024 * 1024;
const PARTS = /^(?:workbook\.xml|workbook\.xml\.rels|sharedStrings\.xml|styles\.xml|sheet\d+\.xml)$/;
const SHEET = /<(?:\w+:)?sheet(?=[\s/>])/g;
const RELATION = /<(?:\w+:)?Relationship(?=[\s/>])/g;
const SHARED = /<(?:\w+:)?si(?=[\s/>])/g;
const NUMBER_FORMAT = /<(?:\w+:)?numFmt(?=[\s/>])/g;
const CELL_FORMATS = /<(?:\w+:)?cellXfs(?=[\s/>])/g;
const CELL_FORMAT = /<(?:\w+:)?xf(?=[\s/>])/g;
const PROPERTIES = /<(?:\w+:)?workbookPr(?=[\s/>])/g;
/** Texts in a format, colours, and conditions. */
const NOT_DATE = /"[^"]*"|\[[^\]]*\]|\\./g;

/** The lines of a sheet below its header (ECMA-376). @throws SourceError the file as a whole is invalid */
export async function readXlsx(bytes: Uint8Array, format: XlsxFormat): Promise<TableLine[]> {
  const parts = await unzip(bytes, (name) => PARTS.test(name));
  const textOf = (name: string) => new TextDecoder().decode(parts.get(name));
  const file = sheetFile(textOf('workbook.xml'), textOf('workbook.xml.rels'), format.sheet);
  const sheet = parts.get(file);
  if (sheet === undefined) throw new SourceError('the file is no workbook (.xlsx)');
  if (sheet.length > MAX_SHEET_BYTES) {
    throw new SourceError(`the sheet has ${sheet.length} bytes, expected at most ${MAX_SHEET_BYTES}: CSV has no limit`);
  }
  const { skipLines = 0 } = format;
  const rows = rowsOf(textOf(file), workbookOf(textOf))
    .filter(({ line }) => line > skipLines)
    .filter(({ cells }) => cells.some((cell) => cell !== undefined && cell !== ''));
  const header = format.header ?? rows.shift()?.cells ?? [];
  const names = header.map((name, at) => String(name ?? `column ${at + 1}`).trim());
  const records = rows.map(({ line, cells }) => ({ line, cells: names.map((_, at) => trimmed(cells[at])) }));
  return readLines(names, records, format);
}

const trimmed = (cell: unknown) => (typeof cell === 'string' ? cell.trim() : cell);

/** The name of the file of a sheet. */
function sheetFile(workbook: string, relations: string, wanted: string | undefined): string {
  const sheets = [...elements(workbook, SHEET)].map((tag) => ({
    name: attributeOf(tag, 'name') ?? '',
    relation: attributeOf(tag, 'id'),
  }));
  const sheet = wanted === undefined ? sheets[0] : sheets.find(({ name }) => name === wanted);
  if (sheet === undefined) {
    if (wanted === undefined) throw new SourceError('the file is no workbook (.xlsx)');
    throw new SourceError(`the file has no sheet "${wanted}", its sheets are: ${sheets.map(({ name }) => name)}`);
  }
  const related = [...elements(relations, RELATION)].find((tag) => attributeOf(tag, 'Id') === sheet.relation);
  const target = (related && attributeOf(related, 'Target')) ?? '';
  return target.slice(target.lastIndexOf('/') + 1);
}

function workbookOf(textOf: (name: string) => string): Workbook {
  const styles = textOf('styles.xml');
  const custom = new Map(
    [...elements(styles, NUMBER_FORMAT)].map((tag) => [
      attributeOf(tag, 'numFmtId'),
      /[dmyhs]/i.test((attributeOf(tag, 'formatCode') ?? '').replace(NOT_DATE, '')),
    ]),
  );
  const [formats] = elements(styles, CELL_FORMATS);
  const [properties] = elements(textOf('workbook.xml'), PROPERTIES);
  return {
    texts: [...elements(textOf('sharedStrings.xml'), SHARED)].map(({ content }) => textIn(content)),
    areDates: [...elements(formats?.content ?? '', CELL_FORMAT)].map((tag) => {
      const id = attributeOf(tag, 'numFmtId') ?? '0';
      return custom.get(id) ?? isBuiltInDate(Number(id));
    }),
    from1904: ['1', 'true'].includes((properties && attributeOf(properties, 'date1904')) ?? ''),
  };
}

/** The formats without a code of their own (ECMA-376, 18.8.30). */
function isBuiltInDate(id: number): boolean {
  return (id >= 14 && id <= 22) || (id >= 45 && id <= 47);
}
