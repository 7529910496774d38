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
  item('hotel', 'Hôtel du Parc'),
  item('pharmacy', 'Pharmacie Thomas'),
];

/** The same items for words in French, English, German and Luxembourgish. */
function of(keys: string[], ...languages: string[]): [string, string[]][] {
  const words = languages.flatMap((text) => text.split(' '));
  return [...new Set(words)].map((word) => [word, keys]);
}

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
    ...of(['bakery'], 'boulangerie pain', 'bread bakery', 'Brot Bäckerei', 'Brout Bäckerei'),
    ...of(['wc'], 'toilettes', 'toilet restroom', 'Toiletten', 'Toiletten'),
    ...of(['museum'], 'musée', 'museum', 'Museum Museen', 'Musée'),
    ...of(['aed'], 'défibrillateur', 'defibrillator AED', 'Defibrillator', 'Defibrillator'),
    ...of(['hotel'], 'hôtel hébergement gîte', 'hotel lodging', 'Unterkunft Übernachtung', 'Hotel'),
    ...of(['pharmacy'], 'pharmacie', 'pharmacy', 'Apotheke', 'Apdikt'),
    ['hebergemant', ['hotel']],
    ['Apothke', ['pharmacy']],
    ['phramacy', ['pharmacy']],
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
