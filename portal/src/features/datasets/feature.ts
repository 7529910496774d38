import type { Feature } from '../../shell/feature.ts';

/** Open data: what the site publishes, chosen column by column. */
export const datasets: Feature = {
  name: 'datasets',
  pages: [
    {
      name: 'datasets',
      path: '/share/datasets',
      title: { fr: 'Données ouvertes', en: 'Open data', de: 'Offene Daten', lb: 'Oppen Donnéeën' },
      help: 'portal#open-data',
      terms: ['dataset'],
      right: 'read',
      component: () => import('./DatasetsPage.vue'),
    },
    {
      name: 'dataset',
      path: '/share/datasets/:id',
      title: { fr: 'Jeu de données', en: 'Dataset', de: 'Datensatz', lb: 'Datesaz' },
      help: 'portal#dataset',
      right: 'read',
      component: () => import('./DatasetPage.vue'),
    },
  ],
  messages: {
    fr: () => import('./messages/fr.ts'),
    en: () => import('./messages/en.ts'),
    de: () => import('./messages/de.ts'),
    lb: () => import('./messages/lb.ts'),
  },
};
