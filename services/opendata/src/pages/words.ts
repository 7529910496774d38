import { type Html, html } from '@alzette/kit/html';
import type { Words } from '../datasets/dataset.ts';

/** The texts of the public data pages. */
export const WORDS = {
  fr: {
    title: 'Données ouvertes',
    search: 'Chercher un jeu de données',
    find: 'Chercher',
    found: (count: number) => `${count} jeu${count > 1 ? 'x' : ''} de données`,
    none: 'Aucun jeu de données ne correspond.',
    rows: (count: string) => `${count} lignes`,
    updated: 'Mis à jour le',
    licence: 'Licence',
    contact: 'Contact',
    frequency: 'Fréquence',
    download: 'Télécharger',
    columns: 'Dictionnaire des données',
    column: 'Colonne',
    meaning: 'Signification',
    kind: 'Type',
    unit: 'Unité',
    preview: 'Aperçu',
    map: 'Carte',
    mapLabel: (count: number) =>
      `Carte de ${count} lignes sur les communes du territoire ; leur position est aussi dans le tableau et les fichiers.`,
    chart: 'Répartition',
    api: 'Utiliser l’API',
    gone: 'Ce jeu de données n’est plus publié',
    prepare: 'Faire préparer un fichier, avec suivi',
    prepared: {
      title: 'Préparation d’un fichier',
      waiting: 'En attente.',
      running: 'En cours.',
      done: 'Le fichier est prêt.',
      failed: 'Le fichier n’a pas pu être préparé. Réessayez plus tard.',
      progress: (written: string, all: string) => `${written} lignes sur ${all}.`,
      download: 'Télécharger le fichier',
      back: 'Revenir au jeu de données',
    },
    kinds: { text: 'texte', number: 'nombre', boolean: 'vrai ou faux', time: 'date et heure' },
    frequencies: {
      quarterHourly: 'tous les quarts d’heure',
      hourly: 'toutes les heures',
      daily: 'tous les jours',
      weekly: 'toutes les semaines',
      monthly: 'tous les mois',
      quarterly: 'tous les trimestres',
      annual: 'tous les ans',
    },
  },
  en: {
    title: 'Open data',
    search: 'Search for a dataset',
    find: 'Search',
    found: (count: number) => `${count} dataset${count === 1 ? '' : 's'}`,
    none: 'No dataset matches.',
    rows: (count: string) => `${count} rows`,
    updated: 'Updated on',
    licence: 'Licence',
    contact: 'Contact',
    frequency: 'Frequency',
    download: 'Download',
    columns: 'Data dictionary',
    column: 'Column',
    meaning: 'Meaning',
    kind: 'Type',
    unit: 'Unit',
    preview: 'Preview',
    map: 'Map',
    mapLabel: (count: number) =>
      `Map of ${count} rows over the communes; their places are in the table and the files, too.`,
    chart: 'Distribution',
    api: 'Use the API',
    gone: 'This dataset is no longer published',
    prepare: 'Have a file prepared, and see how far it is',
    prepared: {
      title: 'Preparation of a file',
      waiting: 'It waits.',
      running: 'It is being written.',
      done: 'The file is ready.',
      failed: 'The file could not be prepared. Try again later.',
      progress: (written: string, all: string) => `${written} rows of ${all}.`,
      download: 'Download the file',
      back: 'Back to the dataset',
    },
    kinds: { text: 'text', number: 'number', boolean: 'true or false', time: 'date and time' },
    frequencies: {
      quarterHourly: 'every quarter of an hour',
      hourly: 'hourly',
      daily: 'daily',
      weekly: 'weekly',
      monthly: 'monthly',
      quarterly: 'quarterly',
      annual: 'yearly',
    },
  },
} as const;
export type Language = keyof typeof WORDS;

/** A text of a dataset in the language of the page, else the French one, marked as such. */
export function said(words: Words, language: Language): Html {
  const text = words[language];
  return text === undefined ? html`<span lang="fr">${words.fr}</span>` : html`${text}`;
}
