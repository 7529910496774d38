import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Findable, find, keepPlaces } from './find.ts';

const item = (key: string, title: string, detail?: string, more?: string): Findable => {
  return { key, path: `/${key}`, group: 'news', title, ...(detail && { detail }), ...(more && { more }) };
};
const ALL = [
  item('works', 'Travaux rue de la Gare', 'La déchèterie reste ouverte'),
  item('centre', 'Déchèterie de Villerupt', 'Rue de la Gare'),
  item('bakery', 'Boulangerie Martin', 'Place du marché'),
  item('wc', 'WC publics', 'Parc de la mairie'),
  item('museum', 'Musée de la mine'),
  item('aed', 'Défibrillateur, mairie', 'À l’extérieur', 'DAE'),
];

describe('find', () => {
  const table: [question: string, keys: string[]][] = [
    ['decheterie', ['centre', 'works']],
    ['déchèterie villerupt', ['centre']],
    ['dae', ['aed']],
    ['gare', ['works', 'centre']],
    ['piscine', []],
    ['a', []],
    ['bread', ['bakery']],
    ['Brot', ['bakery']],
    ['toilet', ['wc']],
    ['Museen', ['museum']],
    ['boulangrie', ['bakery']],
    ['muse', ['museum']],
    ['decehterie', ['centre', 'works']],
    ['recycling centre', []],
  ];
  for (const [question, keys] of table) {
    test(`"${question}": ${keys.join(', ') || 'nothing'}`, () => {
      assert.deepEqual(
        find(ALL, question).map(({ key }) => key),
        keys,
      );
    });
  }

  test('shown results keep their position, new ones are below, and removed ones leave no gap', () => {
    const [works, centre, aed] = ALL as [Findable, Findable, Findable];
    assert.deepEqual(keepPlaces([works, aed], [centre, { ...works, title: 'Anew' }]), [
      { ...works, title: 'Anew' },
      centre,
    ]);
  });
});
