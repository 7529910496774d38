import {
  mdiAccessPointNetwork,
  mdiBellRingOutline,
  mdiBookAlphabet,
  mdiCodeBraces,
  mdiEmailAlertOutline,
  mdiFileAlertOutline,
  mdiShapeOutline,
  mdiTransitConnectionVariant,
} from '@mdi/js';
import type { Feature } from '../../shell/feature.ts';

/** The sources of data, and the recipients of notifications. */
export const connect: Feature = {
  name: 'connect',
  pages: [
    {
      name: 'device-list',
      path: '/connect/devices',
      title: { fr: 'Capteurs', en: 'Devices', de: 'Geräte', lb: 'Geräter' },
      right: 'administerAll',
      component: () => import('./DevicesPage.vue'),
      rail: { group: 'connect', icon: mdiAccessPointNetwork },
    },
    {
      name: 'profiles',
      path: '/connect/profiles',
      title: { fr: 'Décodeurs', en: 'Codecs', de: 'Decoder', lb: 'Decoderen' },
      right: 'administerAll',
      component: () => import('./ProfilesPage.vue'),
      rail: { group: 'connect', icon: mdiCodeBraces },
    },
    {
      name: 'quarantine',
      path: '/connect/quarantine',
      title: { fr: 'Trames écartées', en: 'Frames set aside', de: 'Zurückgelegte Frames', lb: 'Zréckgeluechte Frames' },
      right: 'administerAll',
      component: () => import('./QuarantinePage.vue'),
      rail: { group: 'connect', icon: mdiFileAlertOutline },
    },
    {
      name: 'models',
      path: '/connect/models',
      title: { fr: 'Modèles', en: 'Models', de: 'Modelle', lb: 'Modeller' },
      right: 'administer',
      component: () => import('./ModelsPage.vue'),
      rail: { group: 'connect', icon: mdiShapeOutline },
    },
    {
      name: 'subscriptions',
      path: '/connect/subscriptions',
      title: { fr: 'Abonnements', en: 'Subscriptions', de: 'Abonnements', lb: 'Abonnementer' },
      right: 'administer',
      component: () => import('./SubscriptionsPage.vue'),
      rail: { group: 'connect', icon: mdiBellRingOutline },
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
      right: 'administer',
      component: () => import('./DeadLettersPage.vue'),
      rail: { group: 'connect', icon: mdiEmailAlertOutline },
    },
    {
      name: 'contexts',
      path: '/connect/contexts',
      title: { fr: 'Contextes', en: 'Contexts', de: 'Kontexte', lb: 'Kontexter' },
      right: 'administer',
      component: () => import('./ContextsPage.vue'),
      rail: { group: 'connect', icon: mdiBookAlphabet },
    },
    {
      name: 'registrations',
      path: '/connect/registrations',
      title: { fr: 'Autres courtiers', en: 'Other brokers', de: 'Andere Broker', lb: 'Aner Brokeren' },
      right: 'administer',
      component: () => import('./RegistrationsPage.vue'),
      rail: { group: 'connect', icon: mdiTransitConnectionVariant },
    },
  ],
  messages: {
    fr: () => import('./messages/fr.ts'),
    en: () => import('./messages/en.ts'),
    de: () => import('./messages/de.ts'),
    lb: () => import('./messages/lb.ts'),
  },
};
