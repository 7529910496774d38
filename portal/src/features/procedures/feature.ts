import type { Feature } from '../../shell/feature.ts';

/** Requests of citizens and companies, and the procedures by which they are made. */
export const procedures: Feature = {
  name: 'procedures',
  pages: [
    {
      name: 'dossiers',
      path: '/operate/dossiers',
      title: { fr: 'Demandes', en: 'Requests', de: 'Anträge', lb: 'Ufroen' },
      help: 'portal#requests',
      right: 'read',
      component: () => import('./DossiersPage.vue'),
      follows: ['commune'],
    },
    {
      name: 'dossier-statistics',
      path: '/operate/dossier-statistics',
      title: {
        fr: 'Statistiques des demandes',
        en: 'Statistics of requests',
        de: 'Statistik der Anträge',
        lb: 'Statistik vun den Ufroen',
      },
      tab: { fr: 'Statistiques', en: 'Statistics', de: 'Statistik', lb: 'Statistik' },
      help: 'portal#statistics-of-requests',
      right: 'read',
      component: () => import('./StatisticsPage.vue'),
    },
    {
      name: 'procedures',
      path: '/administer/procedures',
      title: { fr: 'Démarches', en: 'Procedures', de: 'Verfahren', lb: 'Demarchen' },
      help: 'portal#procedures',
      right: 'administer',
      component: () => import('./ProceduresPage.vue'),
    },
    {
      name: 'procedure',
      path: '/administer/procedures/:id',
      title: { fr: 'Démarche', en: 'Procedure', de: 'Verfahren', lb: 'Demarche' },
      help: 'portal#procedure',
      right: 'administer',
      component: () => import('./builder/ProcedurePage.vue'),
    },
  ],
  messages: {
    fr: () => import('./messages/fr.ts'),
    en: () => import('./messages/en.ts'),
    de: () => import('./messages/de.ts'),
    lb: () => import('./messages/lb.ts'),
  },
};
