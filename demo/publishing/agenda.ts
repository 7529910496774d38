import type { Dish, PlacePart, PollChoice, Texts } from '../../services/publishing/src/contract/documents.ts';

interface DemoEvent {
  readonly id: string;
  readonly owner: string;
  /** Days from today; the hour of the day at which it begins, and its duration in hours. */
  readonly day: number;
  readonly hour: number;
  readonly lasts: number;
  readonly theme: string;
  readonly venue: string;
  readonly isFree: boolean;
  readonly texts: Texts;
}

export const DEMO_EVENTS: readonly DemoEvent[] = [
  {
    id: 'marche-noel',
    owner: 'villerupt',
    day: 8,
    hour: 14,
    lasts: 7,
    theme: 'fetes',
    venue: 'Place Jeanne-d’Arc',
    isFree: true,
    texts: {
      fr: { title: 'Marché de Noël', summary: 'Trente chalets, manège et chorale.' },
      en: { title: 'Christmas market', summary: 'Thirty stalls, a carousel and a choir.' },
      de: { title: 'Weihnachtsmarkt', summary: 'Dreißig Buden, Karussell und Chor.' },
      lb: { title: 'Chrëschtmaart', summary: 'Drësseg Chaleten, Karussell a Chorale.' },
    },
  },
  {
    id: 'cine-italien',
    owner: 'villerupt',
    day: 3,
    hour: 20,
    lasts: 2,
    theme: 'culture',
    venue: 'Salle des fêtes',
    isFree: false,
    texts: {
      fr: { title: 'Ciné-club : un film italien', summary: 'Version originale sous-titrée, débat après la séance.' },
      en: { title: 'Film club: an Italian film' },
    },
  },
  {
    id: 'bourse-jouets',
    owner: 'audun-le-tiche',
    day: 1,
    hour: 9,
    lasts: 8,
    theme: 'vie-locale',
    venue: 'Gymnase',
    isFree: true,
    texts: {
      fr: { title: 'Bourse aux jouets', summary: 'Exposants inscrits, entrée libre.' },
      en: { title: 'Toy fair', summary: 'Entry is free.' },
      de: { title: 'Spielzeugbörse', summary: 'Eintritt frei.' },
    },
  },
  {
    id: 'concert-harmonie',
    owner: 'audun-le-tiche',
    day: 15,
    hour: 16,
    lasts: 2,
    theme: 'culture',
    venue: 'Église Saint-François',
    isFree: true,
    texts: {
      fr: { title: 'Concert de l’harmonie', summary: 'Programme d’hiver.' },
      lb: { title: 'Concert vun der Harmonie' },
    },
  },
  {
    id: 'atelier-reparation',
    owner: '',
    day: 5,
    hour: 14,
    lasts: 4,
    theme: 'environnement',
    venue: 'Maison de l’habitat',
    isFree: true,
    texts: {
      fr: { title: 'Atelier de réparation', summary: 'Apportez un appareil en panne, repartez avec.' },
      en: { title: 'Repair café', summary: 'Bring what is broken, take it home mended.' },
      de: { title: 'Reparaturcafé', summary: 'Bringen Sie mit, was kaputt ist.' },
      lb: { title: 'Repair Café', summary: 'Bréngt mat, wat futti ass.' },
    },
  },
  {
    id: 'reunion-plan-velo',
    owner: '',
    day: 12,
    hour: 18,
    lasts: 2,
    theme: 'mobilite',
    venue: 'L’Arche',
    isFree: true,
    texts: {
      fr: { title: 'Réunion publique : le plan vélo', summary: 'Les tracés proposés et vos remarques.' },
      en: { title: 'Public meeting: the cycling plan' },
    },
  },
  {
    id: 'thil-crypte',
    owner: 'thil',
    day: 7,
    hour: 15,
    lasts: 1,
    theme: 'culture',
    venue: 'Crypte',
    isFree: true,
    texts: { fr: { title: 'Visite guidée de la crypte' }, de: { title: 'Führung durch die Krypta' } },
  },
  {
    id: 'aumetz-mine',
    owner: 'aumetz',
    day: 14,
    hour: 14,
    lasts: 3,
    theme: 'culture',
    venue: 'Musée des mines de fer',
    isFree: false,
    texts: {
      fr: { title: 'La mine en famille', summary: 'Parcours avec casque et lampe, dès 6 ans.' },
      en: { title: 'The mine for families' },
    },
  },
  {
    id: 'ottange-marche',
    owner: 'ottange',
    day: 2,
    hour: 8,
    lasts: 5,
    theme: 'vie-locale',
    venue: 'Place de l’église',
    isFree: true,
    texts: {
      fr: { title: 'Marché des producteurs', summary: 'Fromages, miel, légumes d’hiver.' },
      lb: { title: 'Maart vun de Produzenten' },
    },
  },
  {
    id: 'boulange-tournoi',
    owner: 'boulange',
    day: 9,
    hour: 10,
    lasts: 7,
    theme: 'sport',
    venue: 'Salle polyvalente',
    isFree: true,
    texts: { fr: { title: 'Tournoi de tennis de table' } },
  },
  {
    id: 'redange-lecture',
    owner: 'redange',
    day: 4,
    hour: 10,
    lasts: 1,
    theme: 'enfance',
    venue: 'Bibliothèque',
    isFree: true,
    texts: { fr: { title: 'Bébés lecteurs', summary: 'De 0 à 3 ans, avec un parent.' } },
  },
  {
    id: 'russange-trail',
    owner: 'russange',
    day: 22,
    hour: 9,
    lasts: 4,
    theme: 'sport',
    venue: 'Stade',
    isFree: false,
    texts: {
      fr: { title: 'Trail des terres rouges', summary: '8 et 16 km.' },
      en: { title: 'Red earth trail run' },
      de: { title: 'Trail der Roten Erde' },
    },
  },
];

interface DemoPlace {
  readonly id: string;
  readonly owner: string;
  /** Metres east and north of the commune's centre. */
  readonly at: readonly [number, number];
  readonly name: string;
  readonly summary?: string;
  readonly address: string;
  readonly place: PlacePart;
}

const shop = (category: string, telephone: string, openingHours: string): PlacePart => ({
  category,
  telephone,
  openingHours,
});

/** Types of businesses and functions instead of real ones; the numbers are reserved for fiction. */
export const DEMO_PLACES: readonly DemoPlace[] = [
  {
    id: 'mairie-villerupt',
    owner: 'villerupt',
    at: [0, 0],
    name: 'Mairie de Villerupt',
    address: 'Avenue Albert-Lebrun',
    place: { ...shop('mairie', '03 53 01 00 01', 'Mo-Fr 08:30-12:00,13:30-17:00'), email: 'villerupt@example.org' },
  },
  {
    id: 'mairie-audun',
    owner: 'audun-le-tiche',
    at: [0, 0],
    name: 'Mairie d’Audun-le-Tiche',
    address: 'Place de la mairie',
    place: shop('mairie', '03 53 01 00 02', 'Mo-Fr 08:30-12:00,13:30-17:00'),
  },
  {
    id: 'mairie-aumetz',
    owner: 'aumetz',
    at: [0, 0],
    name: 'Mairie d’Aumetz',
    address: 'Place de la mairie',
    place: shop('mairie', '03 53 01 00 03', 'Mo-Fr 09:00-12:00'),
  },
  {
    id: 'mairie-thil',
    owner: 'thil',
    at: [0, 0],
    name: 'Mairie de Thil',
    address: 'Rue de la mairie',
    place: shop('mairie', '03 53 01 00 04', 'Mo-Fr 09:00-12:00'),
  },
  {
    id: 'france-services',
    owner: '',
    at: [120, -80],
    name: 'Maison France services',
    summary: 'Aide aux démarches, sans rendez-vous le mardi.',
    address: 'Rue de la gare, Villerupt',
    place: shop('services-publics', '03 53 01 00 05', 'Mo-Fr 09:00-12:30,13:30-17:00'),
  },
  {
    id: 'boulangerie-place',
    owner: 'villerupt',
    at: [60, 90],
    name: 'Boulangerie de la place',
    address: 'Place Jeanne-d’Arc',
    place: shop('alimentation', '03 53 01 00 11', 'Tu-Su 06:30-19:00'),
  },
  {
    id: 'librairie-gare',
    owner: 'villerupt',
    at: [-140, 60],
    name: 'Librairie de la gare',
    address: 'Rue de la gare',
    place: shop('culture', '03 53 01 00 12', 'Tu-Sa 09:30-18:30'),
  },
  {
    id: 'pharmacie-centre',
    owner: 'audun-le-tiche',
    at: [90, 40],
    name: 'Pharmacie du centre',
    address: 'Rue du centre',
    place: shop('sante', '03 53 01 00 13', 'Mo-Sa 08:30-19:00'),
  },
  {
    id: 'cycles-alzette',
    owner: 'audun-le-tiche',
    at: [-120, -60],
    name: 'Cycles de l’Alzette',
    summary: 'Vente, réparation, vélos électriques en prêt.',
    address: 'Rue du moulin',
    place: shop('mobilite', '03 53 01 00 14', 'Tu-Sa 10:00-18:00'),
  },
  {
    id: 'ferme-aumetz',
    owner: 'aumetz',
    at: [320, 200],
    name: 'Ferme du plateau',
    summary: 'Œufs, lait et fromages en vente directe.',
    address: 'Chemin du plateau',
    place: shop('alimentation', '03 53 01 00 15', 'We,Sa 14:00-18:00'),
  },
  {
    id: 'epicerie-ottange',
    owner: 'ottange',
    at: [40, -50],
    name: 'Épicerie du village',
    address: 'Rue principale',
    place: shop('alimentation', '03 53 01 00 16', 'Mo-Sa 07:30-19:00'),
  },
  {
    id: 'club-judo',
    owner: 'boulange',
    at: [70, 30],
    name: 'Club de judo',
    summary: 'Dès 4 ans, cours adaptés aux personnes handicapées.',
    address: 'Salle polyvalente',
    place: { category: 'association', website: 'https://example.org/judo' },
  },
  {
    id: 'harmonie-audun',
    owner: 'audun-le-tiche',
    at: [10, 140],
    name: 'Harmonie municipale',
    address: 'École de musique',
    place: { category: 'association', email: 'harmonie@example.org' },
  },
  {
    id: 'jardins-partages',
    owner: 'russange',
    at: [-90, 80],
    name: 'Jardins partagés',
    summary: 'Vingt parcelles, un rucher, un compost.',
    address: 'Chemin des jardins',
    place: { category: 'association' },
  },
  {
    id: 'secours-redange',
    owner: 'redange',
    at: [50, 10],
    name: 'Entraide alimentaire',
    address: 'Foyer communal',
    place: shop('association', '03 53 01 00 17', 'Th 14:00-17:00'),
  },
];

export const DEMO_POLLS: readonly {
  readonly id: string;
  readonly owner: string;
  readonly texts: Texts;
  readonly choices: readonly PollChoice[];
  /** The number of devices per choice. */
  readonly answers: readonly number[];
}[] = [
  {
    id: 'sondage-marche',
    owner: 'villerupt',
    texts: {
      fr: {
        title: 'À quelle heure le marché du samedi doit-il ouvrir ?',
        summary: 'La réponse éclaire le conseil, elle ne le lie pas.',
      },
      en: {
        title: 'When should the Saturday market open?',
        summary: 'The answer informs the council and does not bind it.',
      },
      de: { title: 'Wann soll der Samstagsmarkt öffnen?', summary: 'Die Antwort berät den Rat, sie bindet ihn nicht.' },
      lb: { title: 'Wéini soll de Samschdesmaart opgoen?' },
    },
    choices: [
      { id: 'sept', text: { fr: '7 h', en: '7 am', de: '7 Uhr', lb: '7 Auer' } },
      { id: 'huit', text: { fr: '8 h', en: '8 am', de: '8 Uhr', lb: '8 Auer' } },
      { id: 'neuf', text: { fr: '9 h', en: '9 am', de: '9 Uhr', lb: '9 Auer' } },
    ],
    answers: [21, 58, 34],
  },
  {
    id: 'sondage-velo',
    owner: '',
    texts: {
      fr: { title: 'Quelle liaison cyclable d’abord ?', summary: 'Trois tracés sont étudiés.' },
      en: { title: 'Which cycle route first?', summary: 'Three routes are being studied.' },
      de: { title: 'Welche Radverbindung zuerst?', summary: 'Drei Strecken werden geprüft.' },
    },
    choices: [
      { id: 'belval', text: { fr: 'Audun – Belval' } },
      { id: 'villerupt', text: { fr: 'Thil – Villerupt' } },
      { id: 'plateau', text: { fr: 'Aumetz – Boulange' } },
    ],
    answers: [112, 47, 29],
  },
];

/** Two weeks of a canteen, five days each. */
export const DEMO_DISHES: readonly (readonly Dish[])[] = [
  menuOf('Velouté de potiron', ['lait'], 'Poulet rôti', [], 'Purée de céleri', ['lait', 'céleri'], 'Pomme', [
    'bio',
    'local',
  ]),
  menuOf(
    'Carottes râpées',
    ['moutarde'],
    'Lasagnes aux légumes',
    ['gluten', 'lait'],
    'Salade verte',
    [],
    'Yaourt nature',
    ['bio'],
  ),
  menuOf('Salade de lentilles', ['moutarde'], 'Filet de colin', ['poisson'], 'Riz complet', [], 'Compote de poires', [
    'local',
  ]),
  menuOf('Betteraves', [], 'Chili végétarien', [], 'Riz', [], 'Fromage blanc au miel', ['local']),
  menuOf(
    'Potage aux poireaux',
    ['lait'],
    'Hachis parmentier',
    ['lait'],
    'Salade d’endives',
    ['moutarde'],
    'Clémentines',
    ['bio'],
  ),
];

function menuOf(
  starter: string,
  starterAllergens: readonly string[],
  main: string,
  mainAllergens: readonly string[],
  side: string,
  sideAllergens: readonly string[],
  dessert: string,
  labels: readonly string[],
): Dish[] {
  const dish = (course: Dish['course'], name: string, allergens: readonly string[]): Dish => ({
    course,
    name,
    ...(allergens.length > 0 && { allergens }),
  });
  return [
    dish('starter', starter, starterAllergens),
    dish('main', main, mainAllergens),
    dish('side', side, sideAllergens),
    { ...dish('dessert', dessert, []), labels },
  ];
}
