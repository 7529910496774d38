import type { PastReport } from '../src/suggestions/train.ts';
import { type Random, randomOf } from './random.ts';

/** Parts of sentences that citizens write about a matter: beginnings, things, defects, ends. Some words fit several matters. */
interface Matter {
  readonly category: string;
  readonly weight: number;
  readonly things: readonly string[];
  readonly faults: readonly string[];
}

const MATTERS: readonly Matter[] = [
  {
    category: 'street-light',
    weight: 9,
    things: [
      'Le lampadaire',
      'La lampe',
      'Le candélabre',
      'L’éclairage',
      'Le mât d’éclairage',
      'La lumière',
      'Un réverbère',
    ],
    faults: [
      'est éteint depuis hier',
      'clignote toute la nuit',
      'reste allumé en plein jour',
      'ne marche plus',
      'est cassé, du verre par terre',
      'penche dangereusement',
      'éclaire très faiblement, la rue est sombre',
    ],
  },
  {
    category: 'container-full',
    weight: 6,
    things: [
      'Le conteneur à verre',
      'La colonne de tri',
      'Le container',
      'La benne',
      'Le point d’apport',
      'La borne à papier',
    ],
    faults: [
      'déborde',
      'est plein, impossible de déposer',
      'est bloqué, la trappe ne ferme plus',
      'sent très mauvais',
      'n’a pas été vidé',
      'est entouré de sacs et de bouteilles',
    ],
  },
  {
    category: 'fly-tipping',
    weight: 5,
    things: [
      'Un matelas',
      'Des sacs poubelle',
      'Des gravats',
      'Un vieux canapé',
      'Des pneus',
      'Des encombrants',
      'Un frigo',
    ],
    faults: [
      'abandonné au bord du chemin',
      'déposés cette nuit sur le trottoir',
      'jetés dans le fossé',
      'traînent depuis une semaine',
      'laissés à côté du conteneur',
      'déversés à la lisière du bois',
    ],
  },
  {
    category: 'pothole',
    weight: 5,
    things: ['Un nid-de-poule', 'Un gros trou', 'La chaussée', 'Le trottoir', 'L’enrobé', 'Une plaque d’égout'],
    faults: [
      'dangereux pour les vélos',
      's’est affaissé',
      'est défoncée au milieu du virage',
      's’agrandit à chaque pluie',
      'fait un bruit terrible au passage des voitures',
      'est creusé, un pneu y a éclaté',
    ],
  },
  {
    category: 'sign',
    weight: 3,
    things: [
      'Le panneau stop',
      'Le marquage',
      'Le passage piéton',
      'La signalisation',
      'Le panneau de rue',
      'Le feu tricolore',
    ],
    faults: [
      'est tombé',
      'est presque effacé',
      'est caché par les branches',
      'a été tourné',
      'est tagué',
      'ne se voit plus la nuit',
    ],
  },
  {
    category: 'tree',
    weight: 3,
    things: ['Une grosse branche', 'La haie', 'Un arbre mort', 'Le platane', 'Les ronces', 'La végétation'],
    faults: [
      'menace de tomber',
      'déborde sur le trottoir',
      'gêne la visibilité au carrefour',
      's’est cassée pendant la tempête',
      'touche les fils',
      'cache le panneau',
    ],
  },
  {
    category: 'street-furniture',
    weight: 3,
    things: ['Le banc', 'La balançoire', 'L’abribus', 'La barrière', 'Le toboggan', 'La poubelle de rue'],
    faults: [
      'est cassé',
      'grince et penche',
      'a une vitre brisée',
      'est descellé',
      'est couvert de tags',
      'a été arraché',
    ],
  },
  {
    category: 'department-road',
    weight: 2,
    things: ['La départementale', 'La route D58', 'L’accotement', 'La glissière', 'Le fossé de la D16'],
    faults: [
      'est déformée',
      'est boueuse et glissante',
      'est abîmée après l’accident',
      'est bouché, l’eau traverse la route',
    ],
  },
];
const BEGINNINGS = [
  '',
  '',
  '',
  'Bonjour, ',
  'Bonsoir, ',
  'Je vous signale que ',
  'Encore une fois, ',
  'Madame, Monsieur, ',
];
const WHERE = [
  '',
  ' devant l’école',
  ' près de la mairie',
  ' au carrefour',
  ' rue de la Gare',
  ' au parc',
  ' vers le cimetière',
  ' à l’arrêt de bus',
];
const ENDS = [
  '.',
  '.',
  '. Merci.',
  '. Merci d’intervenir rapidement.',
  '. C’est dangereux pour les enfants.',
  ', cela fait plusieurs jours.',
  ' !',
];

const DAY = 86_400_000;
/** Percentages of reports that repeat another one, have a wrong category, or are next to another matter. */
const SAID_AGAIN = 0.15;
const MISLABELLED = 0.05;
const BESIDE = 0.15;

/** Two years of random reports of a territory. */
export function generatedReports(count: number, seed = 1): PastReport[] {
  const random = randomOf(seed);
  const weighted = MATTERS.flatMap((matter) => Array.from({ length: matter.weight }, () => matter));
  const reports: PastReport[] = [];
  while (reports.length < count) {
    const matter = random.pick(weighted);
    const thing = random.pick(matter.things);
    const before = reports.at(-1);
    const isBeside = before !== undefined && random.next() < BESIDE;
    const position: readonly [number, number] = isBeside
      ? scattered(before.position, 60, random)
      : [5.9 + random.next() * 0.2, 49.4 + random.next() * 0.1];
    const at = isBeside ? before.at + random.next() * 20 * DAY : random.next() * 730 * DAY;
    const id = `R${reports.length}`;
    const category = random.next() < MISLABELLED ? random.pick(MATTERS).category : matter.category;
    reports.push({ id, text: sentence(thing, random.pick(matter.faults), random), category, position, at });
    if (random.next() >= SAID_AGAIN) continue;
    reports.push({
      id: `R${reports.length}`,
      text: sentence(random.next() < 0.5 ? thing : random.pick(matter.things), random.pick(matter.faults), random),
      category: matter.category,
      position: scattered(position, 25, random),
      at: at + random.next() * 10 * DAY,
      duplicateOf: id,
    });
  }
  return reports;
}

function sentence(thing: string, fault: string, random: Random): string {
  return `${random.pick(BEGINNINGS)}${thing} ${fault}${random.pick(WHERE)}${random.pick(ENDS)}`;
}

function scattered([longitude, latitude]: readonly [number, number], metres: number, random: Random): [number, number] {
  return [longitude + (random.normal() * metres) / 72_000, latitude + (random.normal() * metres) / 111_000];
}
