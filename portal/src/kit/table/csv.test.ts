import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvText } from './csv.ts';

for (const [title, cells, locale, line] of [
  ['French spreadsheets', ['a', 1.5, undefined], 'fr', 'a;1,5;'],
  ['English spreadsheets', ['a', 1.5, undefined], 'en', 'a,1.5,'],
  ['a separator within', ['a;b', 'a,b'], 'fr', '"a;b";a,b'],
  ['quotation marks and lines within', ['say "a"\nb'], 'fr', '"say ""a""\nb"'],
  ['no formula', ['=1+1', '@a', '-2 °C'], 'fr', "'=1+1;'@a;'-2 °C"],
  ['a negative number stays one', [-2], 'fr', '-2'],
] as const) {
  test(`CSV: ${title}`, () => {
    assert.equal(csvText([cells], locale), `\ufeff${line}\r\n`);
  });
}
