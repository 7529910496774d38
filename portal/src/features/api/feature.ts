import type { Feature } from '../../shell/feature.ts';

export const api: Feature = {
  name: 'api',
  pages: [
    {
      name: 'try',
      path: '/openapi/try',
      title: { fr: 'Essayer l’API', en: 'Try the API', de: 'API ausprobieren', lb: 'API ausprobéieren' },
      help: 'portal#try-the-api',
      right: 'nothing',
      component: () => import('./TryPage.vue'),
    },
  ],
  messages: {
    fr: () => import('./messages/fr.ts'),
    en: () => import('./messages/en.ts'),
    de: () => import('./messages/de.ts'),
    lb: () => import('./messages/lb.ts'),
  },
};
