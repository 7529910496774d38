import type { Feature } from '../../shell/feature.ts';

export const mobility: Feature = {
  name: 'mobility',
  pages: [
    {
      name: 'mobility',
      path: '/cockpits/mobility',
      title: { fr: 'Mobilité', en: 'Mobility', de: 'Mobilität', lb: 'Mobilitéit' },
      help: 'portal#mobility',
      right: 'read',
      component: () => import('./MobilityPage.vue'),
    },
  ],
  messages: {
    fr: () => import('./messages/fr.ts'),
    en: () => import('./messages/en.ts'),
    de: () => import('./messages/de.ts'),
    lb: () => import('./messages/lb.ts'),
  },
};
