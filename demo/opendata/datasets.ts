import type { DatasetDefinition } from '../../services/opendata/src/datasets/dataset.ts';

const CONTACT = { name: 'Service des données', email: 'donnees@example.org' };
const NAME = { name: 'nom', attribute: 'name', kind: 'text', title: { fr: 'Nom', en: 'Name' } } as const;
const STREET = {
  name: 'rue',
  attribute: 'address',
  path: 'streetAddress',
  kind: 'text',
  title: { fr: 'Rue', en: 'Street' },
} as const;
const COMMUNE = {
  name: 'commune',
  attribute: 'address',
  path: 'addressLocality',
  kind: 'text',
  title: { fr: 'Commune', en: 'Municipality' },
} as const;

/** The datasets of the demo by identifier. */
export const DEMO_DATASETS: { readonly [id: string]: DatasetDefinition } = {
  'points-lumineux': {
    title: { fr: 'Points lumineux de l’éclairage public', en: 'Street lights' },
    description: {
      fr: 'Chaque point lumineux de l’éclairage public : sa position, la rue qu’il éclaire, sa puissance nominale et son niveau d’éclairement au moment de la mise à jour.',
      en: 'Each street light: its place, the street it lights, its nominal power, and its level of light at the time of the refresh.',
    },
    keywords: ['éclairage public', 'lampadaire', 'énergie'],
    theme: 'ENER',
    licence: 'lov2',
    contact: CONTACT,
    hvd: 'geospatial',
    source: { types: ['Streetlight'], content: { kind: 'current' } },
    columns: [
      NAME,
      STREET,
      COMMUNE,
      {
        name: 'puissance_w',
        attribute: 'powerRating',
        kind: 'number',
        title: { fr: 'Puissance nominale', en: 'Nominal power' },
        unit: 'W',
      },
      {
        name: 'niveau',
        attribute: 'illuminanceLevel',
        kind: 'number',
        title: { fr: 'Niveau, de 0 à 1', en: 'Level, 0 to 1' },
      },
      { name: 'etat', attribute: 'status', kind: 'text', title: { fr: 'État', en: 'Status' } },
    ],
    geometry: true,
    frequency: 'hourly',
  },
  'points-apport-volontaire': {
    title: { fr: 'Points d’apport volontaire', en: 'Recycling containers' },
    description: {
      fr: 'Les conteneurs de tri en libre accès : leur position, ce qu’ils recueillent et leur taux de remplissage, mesuré par un capteur et mis à jour toutes les heures.',
      en: 'The containers for sorted waste that everybody may use: their places, what they take, and how full they are, as a sensor measures it, hourly.',
    },
    keywords: ['déchets', 'tri', 'conteneur'],
    theme: 'ENVI',
    licence: 'lov2',
    contact: CONTACT,
    source: { types: ['WasteContainer'], content: { kind: 'current' } },
    columns: [
      NAME,
      STREET,
      COMMUNE,
      {
        name: 'flux',
        attribute: 'storedWasteKind',
        kind: 'text',
        title: { fr: 'Flux recueilli', en: 'Kind of waste' },
      },
      {
        name: 'remplissage',
        attribute: 'fillingLevel',
        kind: 'number',
        title: { fr: 'Taux de remplissage, de 0 à 1', en: 'Filling level, 0 to 1' },
      },
      {
        name: 'derniere_collecte',
        attribute: 'dateLastEmptying',
        kind: 'time',
        title: { fr: 'Dernière collecte', en: 'Last emptied' },
      },
    ],
    geometry: true,
    frequency: 'hourly',
  },
  'remplissage-conteneurs-7-jours': {
    title: { fr: 'Remplissage des conteneurs, sept derniers jours', en: 'Filling of containers, last seven days' },
    description: {
      fr: 'Chaque mesure du taux de remplissage des conteneurs de tri pendant les sept derniers jours, avec sa date et son heure, pour étudier le rythme des collectes.',
      en: 'Each measure of how full the containers are during the last seven days, with its date and time, to study the rhythm of collections.',
    },
    keywords: ['déchets', 'mesures', 'série temporelle'],
    theme: 'ENVI',
    licence: 'lov2',
    contact: CONTACT,
    source: { types: ['WasteContainer'], content: { kind: 'history', days: 7 } },
    columns: [
      {
        name: 'remplissage',
        attribute: 'fillingLevel',
        kind: 'number',
        title: { fr: 'Taux de remplissage, de 0 à 1', en: 'Filling level, 0 to 1' },
      },
    ],
    geometry: true,
    frequency: 'daily',
  },
};
