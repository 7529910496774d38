import { CATEGORY_DEFAULTS, type Category } from '../contract/categories.ts';
import type { Texts } from '../ports.ts';

const text = (fr: string, en: string, de: string, lb: string): Texts => ({ fr, en, de, lb });

const LIGHT = text('Éclairage', 'Lighting', 'Beleuchtung', 'Beliichtung');
const WASTE = text('Déchets et propreté', 'Waste and cleanliness', 'Abfall und Sauberkeit', 'Offall a Propretéit');
const ROAD = text('Voirie', 'Roads', 'Straßen', 'Stroossen');
const GREEN = text('Espaces publics', 'Public spaces', 'Öffentliche Räume', 'Ëffentlech Plazen');

/** The initial categories. An administrator replaces one by the same code, or turns it off. */
export const BUILT_IN_CATEGORIES: readonly Category[] = [
  {
    ...CATEGORY_DEFAULTS,
    code: 'street-light',
    name: text('Lampadaire en panne', 'Street light out', 'Straßenlampe defekt', 'Stroosseluucht futti'),
    description: text(
      'Éteint, clignotant, allumé le jour ou abîmé',
      'Out, flickering, on by day or damaged',
      'Aus, flackernd, tagsüber an oder beschädigt',
      'Aus, flackert, am Dag un oder beschiedegt',
    ),
    group: LIGHT,
    icon: 'lightbulb-off-outline',
    keywords: ['lampe', 'éclairage', 'candélabre'],
    competence: 'community',
    promisedDays: 7,
    duplicateRadius: 25,
    assetTypes: ['Streetlight'],
    questions: [
      {
        code: 'fault',
        datatype: 'singlevaluelist',
        isRequired: false,
        description: text('Que se passe-t-il ?', 'What happens?', 'Was passiert?', 'Wat geschitt?'),
        values: [
          { key: 'out', name: text('Éteint', 'Out', 'Aus', 'Aus') },
          { key: 'flickers', name: text('Clignote', 'Flickers', 'Flackert', 'Flackert') },
          { key: 'on-by-day', name: text('Allumé le jour', 'On by day', 'Tagsüber an', 'Am Dag un') },
          { key: 'damaged', name: text('Abîmé', 'Damaged', 'Beschädigt', 'Beschiedegt') },
        ],
      },
    ],
  },
  {
    ...CATEGORY_DEFAULTS,
    code: 'container-full',
    name: text(
      'Conteneur plein ou abîmé',
      'Container full or damaged',
      'Container voll oder beschädigt',
      'Container voll oder futti',
    ),
    description: text('Point d’apport volontaire', 'Drop-off point', 'Sammelstelle', 'Sammelplaz'),
    group: WASTE,
    icon: 'delete-alert-outline',
    keywords: ['verre', 'tri', 'débordement'],
    competence: 'community',
    promisedDays: 3,
    duplicateRadius: 30,
    assetTypes: ['WasteContainer'],
  },
  {
    ...CATEGORY_DEFAULTS,
    code: 'fly-tipping',
    name: text('Dépôt sauvage', 'Fly-tipping', 'Wilde Müllablagerung', 'Wëll Offall'),
    description: text('Déchets abandonnés', 'Waste left behind', 'Abgelegter Müll', 'Offall deen do läit'),
    group: WASTE,
    icon: 'trash-can-outline',
    keywords: ['ordures', 'encombrants'],
    competence: 'commune',
    promisedDays: 5,
    duplicateRadius: 50,
    questions: [
      {
        code: 'size',
        datatype: 'singlevaluelist',
        isRequired: true,
        description: text('Combien ?', 'How much?', 'Wie viel?', 'Wéi vill?'),
        values: [
          { key: 'bag', name: text('Un sac', 'A bag', 'Ein Sack', 'E Sak') },
          { key: 'boot', name: text('Un coffre de voiture', 'A car boot', 'Ein Kofferraum', 'E Kofferraum') },
          { key: 'truck', name: text('Une camionnette', 'A van', 'Ein Lieferwagen', 'Eng Camionnette') },
        ],
      },
    ],
  },
  {
    ...CATEGORY_DEFAULTS,
    code: 'pothole',
    name: text('Trou dans la chaussée', 'Pothole', 'Schlagloch', 'Lach an der Strooss'),
    description: text(
      'Rue ou trottoir de la commune',
      'A street or pavement of the commune',
      'Gemeindestraße oder Gehweg',
      'Gemengestrooss oder Trottoir',
    ),
    group: ROAD,
    icon: 'road-variant',
    keywords: ['nid-de-poule', 'trottoir'],
    competence: 'commune',
    promisedDays: 15,
    duplicateRadius: 20,
  },
  {
    ...CATEGORY_DEFAULTS,
    code: 'sign',
    name: text('Panneau ou marquage', 'Sign or marking', 'Schild oder Markierung', 'Schëld oder Markéierung'),
    description: text(
      'Tombé, caché ou effacé',
      'Fallen, hidden or worn',
      'Umgefallen, verdeckt oder verblasst',
      'Ëmgefall, verstoppt oder verbleecht',
    ),
    group: ROAD,
    icon: 'sign-direction',
    keywords: ['signalisation'],
    competence: 'commune',
    promisedDays: 15,
    duplicateRadius: 20,
  },
  {
    ...CATEGORY_DEFAULTS,
    code: 'department-road',
    name: text('Route départementale', 'Departmental road', 'Departementsstraße', 'Departementsstrooss'),
    description: text(
      'Routes « D » hors agglomération',
      'Roads numbered D outside towns',
      'D-Straßen außerorts',
      'D-Stroossen ausserhalb',
    ),
    group: ROAD,
    icon: 'highway',
    competence: 'department',
    contact: { name: 'Conseil départemental de la Moselle', url: 'https://www.moselle.fr' },
    promisedDays: 30,
    duplicateRadius: 50,
  },
  {
    ...CATEGORY_DEFAULTS,
    code: 'tree',
    name: text('Arbre ou végétation', 'Tree or plants', 'Baum oder Bewuchs', 'Bam oder Planzen'),
    description: text(
      'Branche dangereuse, haie qui déborde',
      'Dangerous branch, overgrown hedge',
      'Gefährlicher Ast, wuchernde Hecke',
      'Geféierlechen Aascht, Heck ze grouss',
    ),
    group: GREEN,
    icon: 'tree-outline',
    keywords: ['branche', 'haie'],
    competence: 'commune',
    promisedDays: 10,
    duplicateRadius: 20,
  },
  {
    ...CATEGORY_DEFAULTS,
    code: 'street-furniture',
    name: text('Mobilier urbain', 'Street furniture', 'Stadtmobiliar', 'Stroossemiwwel'),
    description: text(
      'Banc, abri, jeu ou barrière',
      'Bench, shelter, playground or barrier',
      'Bank, Unterstand, Spielgerät oder Absperrung',
      'Bänk, Ënnerstand, Spillgeräter oder Barrière',
    ),
    group: GREEN,
    icon: 'bench-back',
    keywords: ['banc', 'aire de jeux'],
    competence: 'commune',
    promisedDays: 20,
    duplicateRadius: 20,
  },
];
