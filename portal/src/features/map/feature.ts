import { mdiMapOutline } from '@mdi/js';
import type { Feature } from '../../shell/feature.ts';

export const map: Feature = {
  name: 'map',
  pages: [
    {
      name: 'map',
      path: '/map',
      title: { fr: 'Carte', en: 'Map', de: 'Karte', lb: 'Kaart' },
      right: 'read',
      component: () => import('./MapPage.vue'),
      rail: { group: 'operate', icon: mdiMapOutline, onPhoneBar: true },
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
