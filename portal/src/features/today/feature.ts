import type { Feature } from '../../shell/feature.ts';

export const today: Feature = {
  name: 'today',
  pages: [
    {
      name: 'today',
      path: '/today',
      alias: '/',
      title: { fr: 'Situation', en: 'Overview', de: 'Übersicht', lb: 'Iwwersiicht' },
      help: 'portal#overview',
      right: 'read',
      follows: ['commune'],
      component: () => import('./TodayPage.vue'),
    },
  ],
  messages: {
    fr: () => import('./messages/fr.ts'),
    en: () => import('./messages/en.ts'),
    de: () => import('./messages/de.ts'),
    lb: () => import('./messages/lb.ts'),
  },
};
