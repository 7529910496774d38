import { mdiChartBar, mdiInboxArrowDownOutline } from '@mdi/js';
import type { Feature } from '../../shell/feature.ts';

/** What citizens report, and what becomes of it. */
export const reports: Feature = {
  name: 'reports',
  pages: [
    {
      name: 'reports',
      path: '/operate/reports',
      title: { fr: 'Signalements', en: 'Reports', de: 'Meldungen', lb: 'Rapporten' },
      right: 'read',
      component: () => import('./ReportsPage.vue'),
      rail: { group: 'operate', icon: mdiInboxArrowDownOutline },
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
      right: 'read',
      component: () => import('./StatisticsPage.vue'),
      rail: { group: 'operate', icon: mdiChartBar },
    },
  ],
  messages: {
    fr: () => import('./messages/fr.ts'),
    en: () => import('./messages/en.ts'),
    de: () => import('./messages/de.ts'),
    lb: () => import('./messages/lb.ts'),
  },
};
