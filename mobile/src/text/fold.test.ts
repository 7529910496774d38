import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { countMatches, fold, wordsOf } from './fold.ts';

describe('fold', () => {
  const table: [text: string, folded: string][] = [
    ['Déchèterie', 'decheterie'],
    ['Sacré-Cœur', 'sacre-coeur'],
    ['Lëtzebuerg', 'letzebuerg'],
    ['L’école', "l'ecole"],
  ];
  for (const [text, folded] of table) test(`${text} is ${folded}`, () => assert.equal(fold(text), folded));
});

test('wordsOf splits at other characters than letters, and leaves out single letters', () => {
  assert.deepEqual(wordsOf('  L’école, à Thil 2 '), ['ecole', 'thil']);
});

describe('countMatches', () => {
  const table: [words: string[], text: string, count: number][] = [
    [['deche'], 'La déchèterie est ouverte', 1],
    [['chete'], 'La déchèterie est ouverte', 0],
    [['rue', 'gare'], 'Rue de la Gare', 2],
    [['rue', 'gare'], 'Place de la Gare', 1],
  ];
  for (const [words, text, count] of table) {
    test(`${words.join(' ')} in "${text}": ${count}`, () => assert.equal(countMatches(words, text), count));
  }
});
