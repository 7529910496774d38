import type { Feature } from '../../shell/feature.ts';

/** Packs: what one territory builds, others install. */
export const packs: Feature = {
  name: 'packs',
  pages: [
    {
      name: 'packs',
      path: '/administer/packs',
      title: { fr: 'Packs', en: 'Packs', de: 'Pakete', lb: 'Päck' },
      help: 'portal#packs',
      right: 'administer',
      component: () => import('./PacksPage.vue'),
    },
  ],
  messages: {
    fr: () => import('./messages/fr.ts'),
    en: () => import('./messages/en.ts'),
    de: () => import('./messages/de.ts'),
    lb: () => import('./messages/lb.ts'),
  },
};
