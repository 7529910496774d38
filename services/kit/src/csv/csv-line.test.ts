import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvLine } from './csv-line.ts';

const CELLS: readonly (readonly [cell: string | number | boolean | undefined, written: string])[] = [
  ['plain', 'plain'],
  ['a "quoted" word', '"a ""quoted"" word"'],
  ['a;b', '"a;b"'],
  ['two\nlines', '"two\nlines"'],
  [-2.5, '-2.5'],
  [undefined, ''],
  [true, 'true'],
  ['-12', '-12'],
  ['-12,5', '-12,5'],
  ['-.5', '-.5'],
  ["-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"],
  ['-1e1', "'-1e1"],
  ['-', "'-"],
  ['=1+1', "'=1+1"],
  ['+33 3 82', "'+33 3 82"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['＝1+1', "'＝1+1"],
  ['\t=1', "'\t=1"],
  ['\n=1', '"\'\n=1"'],
];

for (const [cell, written] of CELLS) {
  test(`${JSON.stringify(cell)} is written as ${JSON.stringify(written)} in CSV`, () => {
    assert.equal(csvLine([cell, 'x'], ';'), `${written};x\r\n`);
  });
}
