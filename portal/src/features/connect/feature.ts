import type { Feature } from '../../shell/feature.ts';

/** The sources of data, and the recipients of notifications. */
export const connect: Feature = {
  name: 'connect',
  pages: [
    {
      name: 'device-list',
      path: '/connect/devices',
      title: { fr: 'Capteurs', en: 'Devices', de: 'Geräte', lb: 'Geräter' },
      help: 'portal#devices',
      right: 'administerAll',
      component: () => import('./DevicesPage.vue'),
    },
    {
      name: 'profiles',
      path: '/connect/profiles',
      title: { fr: 'Décodeurs', en: 'Codecs', de: 'Decoder', lb: 'Decoderen' },
      help: 'portal#codecs',
      right: 'administerAll',
      component: () => import('./ProfilesPage.vue'),
    },
    {
      name: 'quarantine',
      path: '/connect/quarantine',
      title: { fr: 'Trames écartées', en: 'Frames set aside', de: 'Zurückgelegte Frames', lb: 'Zréckgeluechte Frames' },
      help: 'portal#frames-set-aside',
      right: 'administerAll',
      component: () => import('./QuarantinePage.vue'),
    },
    {
      name: 'models',
      path: '/connect/models',
      title: { fr: 'Modèles', en: 'Models', de: 'Modelle', lb: 'Modeller' },
      help: 'portal#models',
      right: 'administer',
      component: () => import('./ModelsPage.vue'),
    },
    {
      name: 'subscriptions',
      path: '/connect/subscriptions',
      title: { fr: 'Abonnements', en: 'Subscriptions', de: 'Abonnements', lb: 'Abonnementer' },
      help: 'portal#subscriptions',
      right: 'administer',
      component: () => import('./SubscriptionsPage.vue'),
    },
    {
      name: 'dead-letters',
      path: '/connect/dead-letters',
      title: {
        fr: 'Notifications abandonnées',
        en: 'Dead letters',
        de: 'Aufgegebene Benachrichtigungen',
        lb: 'Opginn Notifikatiounen',
      },
      help: 'portal#dead-letters',
      right: 'administer',
      component: () => import('./DeadLettersPage.vue'),
    },
    {
      name: 'contexts',
      path: '/connect/contexts',
      title: { fr: 'Contextes', en: 'Contexts', de: 'Kontexte', lb: 'Kontexter' },
      help: 'portal#contexts',
      right: 'administer',
      component: () => import('./ContextsPage.vue'),
    },
    {
      name: 'registrations',
      path: '/connect/registrations',
      title: { fr: 'Autres courtiers', en: 'Other brokers', de: 'Andere Broker', lb: 'Aner Brokeren' },
      help: 'portal#other-brokers',
      right: 'administer',
      component: () => import('./RegistrationsPage.vue'),
    },
  ],
  messages: {
    fr: () => import('./messages/fr.ts'),
    en: () => import('./messages/en.ts'),
    de: () => import('./messages/de.ts'),
    lb: () => import('./messages/lb.ts'),
  },
};
