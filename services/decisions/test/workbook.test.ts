import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import { readLibrary } from '../src/library/library.ts';
import readStatistics from '../src/statistics/read-task.ts';

const FILE = readFileSync(new URL('../../../demo/decisions/files/base-cc-logement-2021.CSV', import.meta.url));
const ROWS = FILE.toString()
  .trim()
  .split(/\r?\n/)
  .map((line) => line.split(';'));
const flow = readLibrary().flows.get('insee-housing');
assert.ok(flow);
const given = { flow, vintage: 2024, ground: { communes: [], moves: [] } };

/** A workbook as the standard says (ECMA-376), with parts that are stored and not compressed. */
function workbook(rows: readonly (readonly (string | number)[])[]): Uint8Array {
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const packages = 'http://schemas.openxmlformats.org/package/2006';
  const cell = (value: string | number, row: number, column: number) => {
    const at = `${String.fromCharCode(65 + column)}${row + 1}`;
    if (value === '') return '';
    return typeof value === 'number'
      ? `<c r="${at}"><v>${value}</v></c>`
      : `<c r="${at}" t="inlineStr"><is><t>${value}</t></is></c>`;
  };
  const sheet = rows.map((row, n) => `<row r="${n + 1}">${row.map((value, at) => cell(value, n, at)).join('')}</row>`);
  const relation = (id: string, type: string, target: string) =>
    `<Relationships xmlns="${packages}/relationships"><Relationship Id="${id}" Type="${office}/${type}" Target="${target}"/></Relationships>`;
  const type = (part: string, name: string) =>
    `<Override PartName="${part}" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.${name}+xml"/>`;
  const parts = {
    '[Content_Types].xml': `<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>${type('/xl/workbook.xml', 'sheet.main')}${type('/xl/worksheets/sheet1.xml', 'worksheet')}</Types>`,
    '_rels/.rels': relation('rId1', 'officeDocument', 'xl/workbook.xml'),
    'xl/_rels/workbook.xml.rels': relation('rId1', 'worksheet', 'worksheets/sheet1.xml'),
    'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="COM" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/worksheets/sheet1.xml': `<worksheet xmlns="${main}"><sheetData>${sheet.join('')}</sheetData></worksheet>`,
  };
  const [bodies, entries]: [Buffer[], Buffer[]] = [[], []];
  let offset = 0;
  for (const [name, xml] of Object.entries(parts)) {
    const [bytes, named] = [Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>${xml}`), Buffer.from(name)];
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt32LE(crc32(bytes), 10);
    shared.writeUInt32LE(bytes.length, 14);
    shared.writeUInt32LE(bytes.length, 18);
    shared.writeUInt16LE(named.length, 22);
    const body = Buffer.concat([Buffer.from('PK\x03\x04'), shared, named, bytes]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    entries.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), shared, rest, named]));
    bodies.push(body);
    offset += body.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...bodies, directory, Buffer.from('PK\x05\x06'), end]);
}

test('a workbook with titles above its table says the same as the file of text', async () => {
  const text = await readStatistics({ ...given, bytes: FILE });
  assert.ok('observations' in text && text.observations.length > 0);
  const [head = [], ...lines] = ROWS;
  const typed = lines.map(([code = '', ...values]) => [code, ...values.map(Number)]);
  const titles = [['Logement en 2021'], ['Recensement de la population', 'Mise en ligne'], []];
  const sheet = await readStatistics({ ...given, bytes: workbook([...titles, head, ...typed]) });
  assert.ok('observations' in sheet, JSON.stringify(sheet));
  assert.deepEqual(sheet.observations, text.observations);
  assert.deepEqual(sheet.report, text.report);
});

test('in a workbook a code keeps its zero, a number without it gets it back, and an empty cell is no zero', async () => {
  const rows = [
    ['CODGEO', 'P21_LOG', 'P21_RP'],
    ['01001', 812.5, 's'],
    [1002, 40, ''],
  ];
  const read = await readStatistics({ ...given, bytes: workbook(rows) });
  assert.ok('observations' in read, JSON.stringify(read));
  const found = read.observations.map(({ variable, code, value, status }) => [variable, code, value, status].join());
  const column = (name: string) => flow?.variables.find((variable) => variable.column.endsWith(name))?.id;
  const [homes, main] = [column('_LOG'), column('_RP')];
  assert.deepEqual(
    found.toSorted(),
    [
      `${homes},01001,812.5,observed`,
      `${homes},01002,40,observed`,
      `${main},01001,,withheld`,
      `${main},01002,,withheld`,
    ].toSorted(),
  );
});

test('a workbook without a table, or that is damaged, says what was expected', async () => {
  const without = await readStatistics({ ...given, bytes: workbook([['Only a title']]) });
  assert.deepEqual(without, { fault: 'got a workbook without a table, expected one in its first sheet' });
  const damaged = await readStatistics({ ...given, bytes: workbook(ROWS).slice(0, 300) });
  assert.ok('fault' in damaged && damaged.fault.length > 0);
});
