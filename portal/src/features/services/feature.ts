import type { Feature } from '../../shell/feature.ts';

const TITLE = {
  fr: 'Services de tiers',
  en: 'Services of others',
  de: 'Dienste anderer',
  lb: 'Servicer vun aneren',
};

/** Pages of services that others have written. */
export const services: Feature = {
  name: 'services',
  pages: [
    {
      name: 'services',
      path: '/services',
      title: TITLE,
      help: 'portal#services-of-others',
      right: 'read',
      component: () => import('./ServicesPage.vue'),
    },
    {
      name: 'service-page',
      path: '/services/:service/:page',
      title: TITLE,
      help: 'portal#a-page-of-a-service',
      right: 'read',
      component: () => import('./ServicePage.vue'),
    },
  ],
  messages: {
    fr: () => import('./messages/fr.ts'),
    en: () => import('./messages/en.ts'),
    de: () => import('./messages/de.ts'),
    lb: () => import('./messages/lb.ts'),
  },
};
