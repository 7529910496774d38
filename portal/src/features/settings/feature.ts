import type { Feature } from '../../shell/feature.ts';

/** The first page of the settings: all of them, with a search. */
export const settings: Feature = {
  name: 'settings',
  pages: [
    {
      name: 'settings',
      path: '/settings',
      title: { fr: 'Réglages', en: 'Settings', de: 'Einstellungen', lb: 'Astellungen' },
      help: 'portal#all-settings',
      right: 'nothing',
      component: () => import('./SettingsPage.vue'),
    },
  ],
  messages: {
    fr: () => import('./messages/fr.ts'),
    en: () => import('./messages/en.ts'),
    de: () => import('./messages/de.ts'),
    lb: () => import('./messages/lb.ts'),
  },
};
