import assert from 'node:assert/strict';
import { test } from 'node:test';
import { affixOf } from './pattern-affix.ts';

test('finds the literal prefix or suffix of a pattern', () => {
  const cases: [source: string, affix: string | undefined, length?: number][] = [
    ['^urn:ngsi-ld:Lamp:', 'urn:ngsi-ld:Lamp:', 17],
    ['^urn:a:b$', 'urn:a:b', 7],
    ['^urn:ab*', 'urn:a', 5],
    ['^urn:ab?', 'urn:a', 5],
    ['^urn:ab{0,1}', 'urn:a', 5],
    ['^urn:ab+', 'urn:ab', 6],
    ['^urn\\.x', 'urn', 3],
    ['^a*5$', '5', -1],
    [':7$', ':7', -2],
    ['Lamp.*:7$', ':7', -2],
    ['x\\d5$', '5', -1],
    ['x\\d$', undefined],
    ['[ab]5$', '5', -1],
    ['a{2}5$', '5', -1],
    ['^a|b', undefined],
    ['a|b$', undefined],
    ['^(a)', undefined],
    ['(a)$', undefined],
    ['Lamp', undefined],
    ['5\\$', undefined],
  ];
  for (const [source, text, length] of cases) {
    assert.deepEqual(affixOf(source), text === undefined ? undefined : { text, length }, source);
  }
});
