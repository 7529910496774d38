import { xmlText } from '@alzette/kit/html';
import { Turns } from '@alzette/kit/turns';
import { strToU8, Zip, ZipDeflate } from 'fflate';
import { type Chunks, type FileColumn, fileColumns, type Table } from './table.ts';

/** A sheet has 2^20 rows at most (ECMA-376, 18.3.1.73); the first is the header. */
const MAX_ROWS = 1_048_575;
/** Compressed at once: 100 rows have some 25 kB. */
const ROWS_A_TURN = 100;
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/package/2006/relationships';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const SHEET_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** A workbook (ECMA-376), with one sheet per million rows, written row by row with constant memory. */
export async function* writeXlsx({ dataset, batches }: Table): Chunks {
  const columns = fileColumns(dataset);
  const written: Uint8Array[] = [];
  const zip = new Zip((fault, chunk) => {
    if (fault) throw fault;
    written.push(chunk);
  });
  const part = (name: string) => {
    const file = new ZipDeflate(name, { level: 6 });
    zip.add(file);
    return (text: string, isLast = false) => file.push(strToU8(text), isLast);
  };
  let sheets = 0;
  let rows = 0;
  const begin = () => {
    sheets += 1;
    rows = 0;
    const write = part(`xl/worksheets/sheet${sheets}.xml`);
    write(
      `${HEAD}<worksheet xmlns="${MAIN}"><sheetData>${row(
        1,
        columns.map(({ name }) => name),
      )}`,
    );
    return write;
  };
  const turns = new Turns();
  let write = begin();
  for await (const batch of batches) {
    let text = '';
    for (const feature of batch) {
      if (rows === MAX_ROWS) {
        write(`${text}</sheetData></worksheet>`, true);
        text = '';
        write = begin();
      }
      text += row(
        rows + 2,
        columns.map(({ value }: FileColumn) => value(feature)),
      );
      rows += 1;
      if (rows % ROWS_A_TURN !== 0) continue;
      write(text);
      text = '';
      if (turns.isOver) await turns.next();
    }
    write(text);
    yield* written.splice(0);
  }
  write('</sheetData></worksheet>', true);
  writeBook(part, sheets);
  zip.end();
  yield* written.splice(0);
}

type Cell = string | number | boolean | undefined;

/** Cell references are optional in the standard, but some programs require them. */
function row(number: number, cells: readonly Cell[]): string {
  return `<row r="${number}">${cells.map((value, at) => cell(`${letters(at)}${number}`, value)).join('')}</row>`;
}

function cell(address: string, value: Cell): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return `<c r="${address}"><v>${value}</v></c>`;
  if (typeof value === 'boolean') return `<c r="${address}" t="b"><v>${value ? 1 : 0}</v></c>`;
  return `<c r="${address}" t="inlineStr"><is><t xml:space="preserve">${xmlText(value)}</t></is></c>`;
}

/** The name of a column: A, …, Z, AA, … */
function letters(at: number): string {
  const last = String.fromCharCode(65 + (at % 26));
  return at < 26 ? last : letters(Math.floor(at / 26) - 1) + last;
}

function writeBook(part: (name: string) => (text: string, isLast?: boolean) => void, sheets: number): void {
  const numbers = Array.from({ length: sheets }, (_, at) => at + 1);
  const sheetTypes = numbers.map(
    (n) => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="${SHEET_TYPE}.worksheet+xml"/>`,
  );
  part('xl/workbook.xml')(
    `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${numbers
      .map((n) => `<sheet name="Données${n === 1 ? '' : ` ${n}`}" sheetId="${n}" r:id="rId${n}"/>`)
      .join('')}</sheets></workbook>`,
    true,
  );
  part('xl/_rels/workbook.xml.rels')(
    `${HEAD}<Relationships xmlns="${RELATIONS}">${numbers
      .map((n) => `<Relationship Id="rId${n}" Type="${OFFICE}/worksheet" Target="worksheets/sheet${n}.xml"/>`)
      .join('')}</Relationships>`,
    true,
  );
  part('_rels/.rels')(
    `${HEAD}<Relationships xmlns="${RELATIONS}"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    true,
  );
  part('[Content_Types].xml')(
    `${HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${SHEET_TYPE}.sheet.main+xml"/>${sheetTypes.join('')}</Types>`,
    true,
  );
}
