import type { Feature } from '../../shell/feature.ts';

/** Citizens' reports and their processing. */
export const reports: Feature = {
  name: 'reports',
  pages: [
    {
      name: 'reports',
      path: '/operate/reports',
      title: { fr: 'Signalements', en: 'Reports', de: 'Meldungen', lb: 'Rapporten' },
      help: 'portal#reports',
      right: 'read',
      component: () => import('./ReportsPage.vue'),
      follows: ['commune'],
    },
    {
      name: 'report-statistics',
      path: '/operate/report-statistics',
      title: {
        fr: 'Statistiques des signalements',
        en: 'Statistics of reports',
        de: 'Statistik der Meldungen',
        lb: 'Statistik vun de Rapporten',
      },
      tab: { fr: 'Statistiques', en: 'Statistics', de: 'Statistik', lb: 'Statistik' },
      help: 'portal#statistics-of-reports',
      right: 'read',
      component: () => import('./StatisticsPage.vue'),
    },
    {
      name: 'report-categories',
      path: '/administer/reports/categories',
      title: {
        fr: 'Réglages des signalements',
        en: 'Settings of reports',
        de: 'Einstellungen der Meldungen',
        lb: 'Astellunge vun de Rapporten',
      },
      tab: { fr: 'Catégories', en: 'Categories', de: 'Kategorien', lb: 'Kategorien' },
      help: 'portal#settings-of-reports',
      right: 'administer',
      component: () => import('./setup/CategoriesPage.vue'),
    },
    {
      name: 'report-replies',
      path: '/administer/reports/replies',
      title: { fr: 'Réponses types', en: 'Reply templates', de: 'Antwortvorlagen', lb: 'Äntwertvirlagen' },
      help: 'portal#reply-templates',
      right: 'administer',
      component: () => import('./setup/RepliesPage.vue'),
    },
    {
      name: 'report-intake',
      path: '/administer/reports/intake',
      title: {
        fr: 'Réception des signalements',
        en: 'Intake of reports',
        de: 'Annahme von Meldungen',
        lb: 'Unhuele vu Rapporten',
      },
      tab: { fr: 'Réception', en: 'Intake', de: 'Annahme', lb: 'Unhuelen' },
      help: 'portal#intake-of-reports',
      right: 'administer',
      component: () => import('./setup/IntakePage.vue'),
    },
    {
      name: 'report-keys',
      path: '/administer/reports/keys',
      title: { fr: 'Clés Open311', en: 'Open311 keys', de: 'Open311-Schlüssel', lb: 'Open311-Schlësselen' },
      help: 'portal#open311-keys',
      right: 'administer',
      component: () => import('./setup/KeysPage.vue'),
    },
    {
      name: 'report-blocks',
      path: '/administer/reports/blocks',
      title: { fr: 'Listes de blocage', en: 'Block lists', de: 'Sperrlisten', lb: 'Spärlëschten' },
      help: 'portal#block-lists',
      right: 'administer',
      component: () => import('./setup/BlocksPage.vue'),
    },
  ],
  messages: {
    fr: () => import('./messages/fr.ts'),
    en: () => import('./messages/en.ts'),
    de: () => import('./messages/de.ts'),
    lb: () => import('./messages/lb.ts'),
  },
};
