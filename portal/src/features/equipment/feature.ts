import type { Feature } from '../../shell/feature.ts';

export const equipment: Feature = {
  name: 'equipment',
  pages: [
    {
      name: 'entity',
      path: '/e/:id',
      title: { fr: 'Équipement', en: 'Equipment', de: 'Anlage', lb: 'Anlag' },
      help: 'portal#equipment',
      right: 'read',
      component: () => import('./EquipmentPage.vue'),
      follows: ['period'],
    },
  ],
  messages: {
    fr: () => import('./messages/fr.ts'),
    en: () => import('./messages/en.ts'),
    de: () => import('./messages/de.ts'),
    lb: () => import('./messages/lb.ts'),
  },
};
