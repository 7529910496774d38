import type { Feature } from '../../shell/feature.ts';

export const sources: Feature = {
  name: 'sources',
  pages: [
    {
      name: 'sources',
      path: '/sources',
      title: { fr: 'Sources', en: 'Sources', de: 'Quellen', lb: 'Quellen' },
      help: 'portal#sources',
      terms: ['entity'],
      right: 'administerAll',
      component: () => import('./SourcesPage.vue'),
    },
  ],
  messages: {
    fr: () => import('./messages/fr.ts'),
    en: () => import('./messages/en.ts'),
    de: () => import('./messages/de.ts'),
    lb: () => import('./messages/lb.ts'),
  },
};
