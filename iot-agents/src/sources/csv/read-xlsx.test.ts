import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { strToU8, zipSync } from 'fflate';
import { readXlsx } from './read-xlsx.ts';

const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const RELATIONS = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"';

/** A workbook as office programs write it. @param prefix of its elements, as some libraries write one */
function workbook(sheets: Readonly<Record<string, string>>, { from1904 = false, prefix = '' } = {}): Uint8Array {
  const names = Object.keys(sheets);
  const p = prefix;
  const xml = {
    'xl/workbook.xml': `<${p}workbook ${MAIN} ${RELATIONS}><${p}workbookPr date1904="${from1904 ? 1 : 0}"/><${p}sheets>${names
      .map((name, at) => `<${p}sheet name="${name}" sheetId="${at + 1}" r:id="rId${at + 3}"/>`)
      .join('')}</${p}sheets></${p}workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${names
      .map((_, at) => `<Relationship Id="rId${at + 3}" Type="worksheet" Target="worksheets/sheet${at + 1}.xml"/>`)
      .join('')}</Relationships>`,
    'xl/sharedStrings.xml': `<sst ${MAIN}><si><t>Lampe</t></si><si><r><t xml:space="preserve">Rue &amp; </t></r><r><t>place&#233;</t></r></si><si/></sst>`,
    // Styles 1 and 2 are dates, 3 is a number with a unit whose letters are not those of a date.
    'xl/styles.xml': `<styleSheet ${MAIN}><numFmts count="2"><numFmt numFmtId="164" formatCode="dd/mm/yyyy\\ hh:mm"/><numFmt numFmtId="165" formatCode="0.0&quot; days&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>`,
    ...Object.fromEntries(
      Object.values(sheets).map((rows, at) => [
        `xl/worksheets/sheet${at + 1}.xml`,
        `<${p}worksheet ${MAIN}><${p}sheetData>${rows}</${p}sheetData></${p}worksheet>`,
      ]),
    ),
  };
  return zipSync(Object.fromEntries(Object.entries(xml).map(([name, text]) => [name, strToU8(text)])));
}

const HEADER =
  '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>Le</t></is></c><c r="D1" t="str"><v>kWh</v></c></row>';

describe('a workbook', () => {
  test('has texts, numbers, dates, booleans, and cells that are left out', async () => {
    const bytes = workbook({
      Lampes: `${HEADER}<row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2" s="2"><v>46000.25</v></c><c r="D2" s="3"><v>12.5</v></c></row>
        <row r="3"/><row r="5"><c r="A5" t="b"><v>1</v></c><c r="B5" s="1"><v>46000</v></c><c r="C5"/><c r="D5" t="e"><v>#DIV/0!</v></c></row>`,
    });
    // 46,000 days after 30 December 1899.
    const day = new Date(Date.UTC(1899, 11, 30) + 46_000 * 86_400_000).toISOString().slice(0, 10);
    assert.deepEqual(await readXlsx(bytes, {}), [
      { line: 2, data: { Lampe: 'Rue & placeé', Le: `${day}T06:00:00`, kWh: 12.5 } },
      { line: 5, data: { Lampe: true, Le: day } },
    ]);
  });

  test('has columns that are read as declared, and lines that are refused', async () => {
    const bytes = workbook({
      Lampes: `${HEADER}<row r="2"><c r="A2"><v>7</v></c><c r="B2" s="2"><v>46000.25</v></c><c r="D2" t="str"><v>n/a</v></c></row>
        <row r="3"><c r="A3"><v>7</v></c><c r="B3" s="2"><v>46000.25</v></c><c r="D3"><v>3</v></c></row>`,
    });
    const [refused, taken] = await readXlsx(bytes, {
      columns: {
        Lampe: { as: 'lamp', type: 'text' },
        Le: { as: 'at', type: 'date', timeZone: 'Europe/Paris' },
        kWh: { as: 'energy', type: 'number' },
      },
    });
    assert.deepEqual(refused && 'problem' in refused && [refused.line, refused.problem.field, refused.problem.got], [
      2,
      'kWh',
      'n/a',
    ]);
    const [day] = new Date(Date.UTC(1899, 11, 30) + 46_000 * 86_400_000).toISOString().split('T');
    assert.deepEqual(taken, { line: 3, data: { lamp: '7', at: `${day}T05:00:00.000Z`, energy: 3 } });
  });

  test('is read from a sheet by its name, with prefixes and days since 1904', async () => {
    const row =
      '<x:row><x:c t="inlineStr"><x:is><x:t>Le</x:t></x:is></x:c></x:row><x:row><x:c s="1"><x:v>1</x:v></x:c></x:row>';
    const bytes = workbook({ Un: '', 'A &amp; B': row }, { from1904: true, prefix: 'x:' });
    assert.deepEqual(await readXlsx(bytes, { sheet: 'A & B' }), [{ line: 2, data: { Le: '1904-01-02' } }]);
    await assert.rejects(readXlsx(bytes, { sheet: 'C' }), /the file has no sheet "C", its sheets are: Un,A & B/);
  });

  test('is refused if it is none', async () => {
    await assert.rejects(readXlsx(zipSync({ 'a.txt': strToU8('a') }), {}), /the file is no workbook/);
    await assert.rejects(readXlsx(strToU8('a;b'), {}), /the file is not a zip file/);
  });
});
