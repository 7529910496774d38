import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type FillingLevel, fillingLevel, hasRoom, percentWords } from './filling.ts';

describe('fillingLevel', () => {
  const table: [filling: number | undefined, level: FillingLevel, room: boolean][] = [
    [undefined, 'unknown', false],
    [0, 'empty', true],
    [0.099, 'empty', true],
    [0.1, 'roomy', true],
    [0.399, 'roomy', true],
    [0.4, 'half', true],
    [0.599, 'half', true],
    [0.6, 'someRoom', true],
    [0.799, 'someRoom', true],
    [0.8, 'nearlyFull', false],
    [0.949, 'nearlyFull', false],
    [0.95, 'full', false],
    [1, 'full', false],
  ];
  for (const [filling, level, room] of table) {
    test(`${filling} is ${level}`, () => {
      assert.equal(fillingLevel(filling), level);
      assert.equal(hasRoom(filling), room);
    });
  }
});

test('percentWords formats the share by the language', () => {
  assert.equal(percentWords(0.874, 'en'), '87%');
  assert.equal(percentWords(0.874, 'fr').replace(/\s/g, ' '), '87 %');
});
