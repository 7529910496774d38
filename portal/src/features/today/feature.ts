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
      terms: ['acknowledge'],
      right: 'read',
      follows: ['commune'],
      component: () => import('./TodayPage.vue'),
    },
    {
      name: 'watch',
      path: '/watch',
      title: { fr: 'Veille', en: 'Watch', de: 'Nachtwache', lb: 'Nuetswuecht' },
      help: 'portal#watch',
      terms: ['acknowledge'],
      right: 'read',
      component: () => import('./WatchPage.vue'),
    },
    {
      name: 'figures',
      path: '/figures',
      title: { fr: 'Cinq chiffres', en: 'Five figures', de: 'Fünf Zahlen', lb: 'Fënnef Zuelen' },
      help: 'portal#five-figures',
      right: 'read',
      component: () => import('./FiguresPage.vue'),
    },
  ],
  messages: {
    fr: () => import('./messages/fr.ts'),
    en: () => import('./messages/en.ts'),
    de: () => import('./messages/de.ts'),
    lb: () => import('./messages/lb.ts'),
  },
};
