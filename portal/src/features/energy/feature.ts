import type { Feature } from '../../shell/feature.ts';

export const energy: Feature = {
  name: 'energy',
  pages: [
    {
      name: 'energy',
      path: '/cockpits/energy',
      title: { fr: 'Énergie et eau', en: 'Energy and water', de: 'Energie und Wasser', lb: 'Energie a Waasser' },
      help: 'portal#energy-and-water',
      right: 'read',
      component: () => import('./BuildingsPage.vue'),
    },
    {
      name: 'energy-building',
      path: '/cockpits/energy/:id',
      title: { fr: 'Bâtiment', en: 'Building', de: 'Gebäude', lb: 'Gebai' },
      help: 'portal#building',
      right: 'read',
      component: () => import('./BuildingPage.vue'),
    },
  ],
  messages: {
    fr: () => import('./messages/fr.ts'),
    en: () => import('./messages/en.ts'),
    de: () => import('./messages/de.ts'),
    lb: () => import('./messages/lb.ts'),
  },
};
