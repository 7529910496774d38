import type { Feature } from '../../shell/feature.ts';

export const waste: Feature = {
  name: 'waste',
  pages: [
    {
      name: 'waste',
      path: '/cockpits/waste',
      title: { fr: 'Conteneurs', en: 'Containers', de: 'Container', lb: 'Containeren' },
      help: 'portal#containers',
      right: 'read',
      component: () => import('./ContainersPage.vue'),
    },
    {
      name: 'waste-rounds',
      path: '/cockpits/waste-rounds',
      title: { fr: 'Tournées', en: 'Rounds', de: 'Touren', lb: 'Touren' },
      help: 'portal#rounds',
      right: 'read',
      component: () => import('./RoundsPage.vue'),
    },
  ],
  messages: {
    fr: () => import('./messages/fr.ts'),
    en: () => import('./messages/en.ts'),
    de: () => import('./messages/de.ts'),
    lb: () => import('./messages/lb.ts'),
  },
};
