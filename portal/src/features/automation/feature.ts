import type { Feature } from '../../shell/feature.ts';

/** Automation: rules on entities, and background jobs. */
export const automation: Feature = {
  name: 'automation',
  pages: [
    {
      name: 'rules',
      path: '/automate/rules',
      title: { fr: 'Règles', en: 'Rules', de: 'Regeln', lb: 'Reegelen' },
      help: 'portal#rules',
      terms: ['rule'],
      right: 'read',
      component: () => import('./RulesPage.vue'),
    },
    {
      name: 'jobs',
      path: '/automate/jobs',
      title: { fr: 'Tâches de fond', en: 'Background jobs', de: 'Hintergrundaufgaben', lb: 'Aufgaben am Hannergrond' },
      help: 'portal#background-jobs',
      right: 'administerAll',
      component: () => import('./JobsPage.vue'),
    },
  ],
  messages: {
    fr: () => import('./messages/fr.ts'),
    en: () => import('./messages/en.ts'),
    de: () => import('./messages/de.ts'),
    lb: () => import('./messages/lb.ts'),
  },
};
