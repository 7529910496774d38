import { mdiPencilPlusOutline } from '@mdi/js';
import type { Feature } from '../../shell/feature.ts';

/** Publications of communes for citizens: writing, preview, schedule, and the number of notified devices. */
export const publishing: Feature = {
  name: 'publishing',
  pages: [
    {
      name: 'publications',
      path: '/share/publications',
      title: { fr: 'Publications', en: 'Publications', de: 'Veröffentlichungen', lb: 'Publikatiounen' },
      help: 'portal#publications',
      right: 'read',
      component: () => import('./PublicationsPage.vue'),
      follows: ['commune'],
    },
    {
      name: 'publication',
      path: '/share/publications/edit',
      title: { fr: 'Rédaction', en: 'Editor', de: 'Editor', lb: 'Editeur' },
      help: 'portal#editor',
      right: 'write',
      component: () => import('./EditorPage.vue'),
    },
    {
      name: 'publication-calendar',
      path: '/share/calendar',
      title: { fr: 'Agenda', en: 'Calendar', de: 'Kalender', lb: 'Kalenner' },
      help: 'portal#calendar',
      right: 'read',
      component: () => import('./CalendarPage.vue'),
      follows: ['commune'],
    },
    {
      name: 'feeds',
      path: '/share/feeds',
      title: { fr: 'Flux et imports', en: 'Feeds and imports', de: 'Feeds und Importe', lb: 'Feeden an Importer' },
      help: 'portal#feeds-and-imports',
      right: 'write',
      component: () => import('./FeedsPage.vue'),
    },
    {
      name: 'app-settings',
      path: '/administer/app',
      title: { fr: 'Application des habitants', en: 'Citizens’ app', de: 'Bürger-App', lb: 'Bierger-App' },
      help: 'portal#citizens-app',
      right: 'administer',
      component: () => import('./AppSettingsPage.vue'),
    },
  ],
  actions: [
    {
      title: { fr: 'Écrire une actualité', en: 'Write news', de: 'Nachricht schreiben', lb: 'Eng Noriicht schreiwen' },
      icon: mdiPencilPlusOutline,
      right: 'write',
      to: '/share/publications/edit?kind=news',
    },
  ],
  messages: {
    fr: () => import('./messages/fr.ts'),
    en: () => import('./messages/en.ts'),
    de: () => import('./messages/de.ts'),
    lb: () => import('./messages/lb.ts'),
  },
};
