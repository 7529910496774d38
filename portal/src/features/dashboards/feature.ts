import type { Feature } from '../../shell/feature.ts';

/** Dashboards, questions about all data, and monthly reports. */
export const dashboards: Feature = {
  name: 'dashboards',
  pages: [
    {
      name: 'dashboards',
      path: '/share/dashboards',
      title: { fr: 'Tableaux de bord', en: 'Dashboards', de: 'Dashboards', lb: 'Dashboards' },
      help: 'portal#dashboards',
      right: 'read',
      component: () => import('./DashboardsPage.vue'),
    },
    {
      name: 'dashboard',
      path: '/share/dashboards/:id',
      title: { fr: 'Tableau de bord', en: 'Dashboard', de: 'Dashboard', lb: 'Dashboard' },
      help: 'portal#dashboard',
      right: 'read',
      component: () => import('./DashboardPage.vue'),
      follows: ['commune', 'period'],
    },
    {
      name: 'shared-dashboard',
      path: '/shared/dashboards/:link',
      title: { fr: 'Tableau de bord', en: 'Dashboard', de: 'Dashboard', lb: 'Dashboard' },
      help: 'portal#shared-dashboard',
      right: 'nothing',
      component: () => import('./DashboardPage.vue'),
      follows: ['commune', 'period'],
    },
    {
      name: 'questions',
      path: '/share/questions',
      title: { fr: 'Questions', en: 'Questions', de: 'Fragen', lb: 'Froen' },
      help: 'portal#questions',
      right: 'read',
      component: () => import('./QuestionsPage.vue'),
      follows: ['commune', 'period'],
    },
    {
      name: 'scheduled-reports',
      path: '/share/scheduled-reports',
      title: { fr: 'Rapports programmés', en: 'Scheduled reports', de: 'Geplante Berichte', lb: 'Geplangte Rapporten' },
      help: 'portal#scheduled-reports',
      right: 'administer',
      component: () => import('./ScheduledReportsPage.vue'),
    },
  ],
  messages: {
    fr: () => import('./messages/fr.ts'),
    en: () => import('./messages/en.ts'),
    de: () => import('./messages/de.ts'),
    lb: () => import('./messages/lb.ts'),
  },
};
