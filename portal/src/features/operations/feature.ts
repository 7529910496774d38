import type { Feature } from '../../shell/feature.ts';

/** Alarms, and the work that resolves them. */
export const operations: Feature = {
  name: 'operations',
  pages: [
    {
      name: 'alarms',
      path: '/operations/alarms',
      title: { fr: 'Alarmes', en: 'Alarms', de: 'Alarme', lb: 'Alarmer' },
      help: 'portal#alarms',
      terms: ['acknowledge', 'serviceLevel'],
      right: 'read',
      component: () => import('./AlarmsPage.vue'),
      follows: ['commune'],
    },
    {
      name: 'work-orders',
      path: '/operations/work-orders',
      title: { fr: 'Ordres de travail', en: 'Work orders', de: 'Arbeitsaufträge', lb: 'Aarbechtsopträg' },
      help: 'portal#work-orders',
      terms: ['workOrder'],
      right: 'read',
      component: () => import('./WorkOrdersPage.vue'),
      follows: ['commune'],
    },
  ],
  messages: {
    fr: () => import('./messages/fr.ts'),
    en: () => import('./messages/en.ts'),
    de: () => import('./messages/de.ts'),
    lb: () => import('./messages/lb.ts'),
  },
};
