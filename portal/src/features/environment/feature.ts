import type { Feature } from '../../shell/feature.ts';

export const environment: Feature = {
  name: 'environment',
  pages: [
    {
      name: 'environment',
      path: '/cockpits/environment',
      title: { fr: 'Environnement', en: 'Environment', de: 'Umwelt', lb: 'Ëmwelt' },
      help: 'portal#environment',
      right: 'read',
      component: () => import('./EnvironmentPage.vue'),
    },
  ],
  messages: {
    fr: () => import('./messages/fr.ts'),
    en: () => import('./messages/en.ts'),
    de: () => import('./messages/de.ts'),
    lb: () => import('./messages/lb.ts'),
  },
};
