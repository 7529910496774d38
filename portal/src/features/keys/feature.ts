import type { Feature } from '../../shell/feature.ts';

export const keys: Feature = {
  name: 'keys',
  pages: [
    {
      name: 'keys',
      path: '/keys',
      title: { fr: 'Mes clés', en: 'My keys', de: 'Meine Schlüssel', lb: 'Meng Schlësselen' },
      help: 'portal#my-keys',
      terms: ['key'],
      right: 'nothing',
      component: () => import('./KeysPage.vue'),
    },
  ],
  messages: {
    fr: () => import('./messages/fr.ts'),
    en: () => import('./messages/en.ts'),
    de: () => import('./messages/de.ts'),
    lb: () => import('./messages/lb.ts'),
  },
};
