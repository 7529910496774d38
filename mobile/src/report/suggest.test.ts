import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PublicCategory } from '@alzette/reports/contract';
import { categoryOfWords, suggestCategories } from './suggest.ts';

const category = (code: string, name: string, more: Partial<PublicCategory> = {}): PublicCategory => ({
  code,
  name: { fr: name },
  description: { fr: '' },
  group: { fr: '' },
  icon: '',
  competence: 'commune',
  promisedDays: 1,
  duplicateRadius: 0,
  keywords: [],
  isOurs: true,
  assetTypes: [],
  questions: [],
  contacts: [],
  ...more,
});
const CATEGORIES = [
  category('pothole', 'Trou dans la chaussée'),
  category('street-light', 'Lampadaire', { assetTypes: ['Streetlight'], keywords: ['éclairage'] }),
  category('container-full', 'Conteneur plein', { assetTypes: ['WasteContainer'], keywords: ['verre'] }),
];
const NOTHING = { near: [], words: '', before: [] };

describe('suggestCategories', () => {
  const table: [says: string, hints: Partial<Parameters<typeof suggestCategories>[1]>, suggested: string[]][] = [
    ['nothing', {}, []],
    ['a chosen container', { asset: { type: 'WasteContainer' } }, ['container-full']],
    ['a lamp within 20 m', { near: [{ type: 'Streetlight', metres: 12 }] }, ['street-light']],
    ['a lamp farther away', { near: [{ type: 'Streetlight', metres: 60 }] }, []],
    ['words without their accents', { words: 'Plus d’eclairage ici' }, ['street-light']],
    ['a plural', { words: 'deux lampadaires' }, ['street-light']],
    ['a short word of a name', { words: 'dans la rue' }, []],
    [
      'words before what stands near',
      { words: 'le verre déborde', near: [{ type: 'Streetlight', metres: 2 }] },
      ['container-full', 'street-light'],
    ],
    ['an earlier report', { before: ['pothole'] }, ['pothole']],
    ['what a model says before words', { guessed: 'pothole', words: 'un lampadaire' }, ['pothole', 'street-light']],
  ];
  for (const [says, hints, suggested] of table) {
    test(`${says}: ${suggested.join(', ') || 'none'}`, () => {
      const answer = suggestCategories(CATEGORIES, { ...NOTHING, ...hints });
      assert.deepEqual(answer.suggested, suggested);
      assert.deepEqual(
        answer.sorted.slice(0, suggested.length).map(({ code }) => code),
        suggested,
      );
      assert.equal(answer.sorted.length, CATEGORIES.length);
    });
  }
});

describe('categoryOfWords', () => {
  const table: [text: string, code: string | undefined][] = [
    ['un lampadaire éteint', 'street-light'],
    ['le conteneur à verre est à côté du lampadaire', 'container-full'],
    ['le conteneur et le lampadaire', undefined],
    ['bonjour', undefined],
  ];
  for (const [text, code] of table)
    test(`${text}: ${code ?? 'none'}`, () => assert.equal(categoryOfWords(CATEGORIES, text)?.code, code));
});
