import type { Feature } from '../../shell/feature.ts';

/** Who is told of alarms, by what, and when. */
export const alerts: Feature = {
  name: 'alerts',
  pages: [
    {
      name: 'who-is-told',
      path: '/settings/who',
      title: { fr: 'Qui est prévenu', en: 'Who is told', de: 'Wer benachrichtigt wird', lb: 'Wie Bescheed kritt' },
      help: 'portal#who-is-told',
      right: 'administer',
      component: () => import('./WhoIsToldPage.vue'),
    },
    {
      name: 'recipients',
      path: '/settings/recipients',
      title: { fr: 'Destinataires', en: 'Recipients', de: 'Empfänger', lb: 'Empfänger' },
      help: 'portal#recipients',
      right: 'administer',
      component: () => import('./RecipientsPage.vue'),
    },
    {
      name: 'groups-to-tell',
      path: '/settings/groups',
      title: {
        fr: 'Groupes à prévenir',
        en: 'Groups to tell',
        de: 'Zu benachrichtigende Gruppen',
        lb: 'Gruppe fir ze informéieren',
      },
      help: 'portal#groups-to-tell',
      right: 'administer',
      component: () => import('./GroupsToTellPage.vue'),
    },
    {
      name: 'rosters',
      path: '/settings/on-call',
      title: { fr: 'Astreintes', en: 'On call', de: 'Bereitschaft', lb: 'Bereetschaft' },
      help: 'portal#on-call',
      right: 'administer',
      component: () => import('./RostersPage.vue'),
    },
    {
      name: 'channels',
      path: '/settings/channels',
      title: { fr: 'Canaux', en: 'Channels', de: 'Kanäle', lb: 'Kanäl' },
      help: 'portal#channels',
      right: 'administer',
      component: () => import('./ChannelsPage.vue'),
    },
    {
      name: 'service-levels',
      path: '/settings/service-levels',
      title: { fr: 'Niveaux de service', en: 'Service levels', de: 'Fristen', lb: 'Fristen' },
      help: 'portal#service-levels',
      right: 'administer',
      component: () => import('./ServiceLevelsPage.vue'),
    },
    {
      name: 'maintenance',
      path: '/settings/maintenance',
      title: { fr: 'Maintenance', en: 'Maintenance', de: 'Wartung', lb: 'Ënnerhalt' },
      help: 'portal#maintenance',
      right: 'administer',
      component: () => import('./MaintenancePage.vue'),
    },
    {
      name: 'messages',
      path: '/settings/messages',
      title: { fr: 'Messages envoyés', en: 'Messages sent', de: 'Gesendete Nachrichten', lb: 'Geschéckte Messagen' },
      help: 'portal#messages-sent',
      right: 'administer',
      component: () => import('./MessagesPage.vue'),
    },
  ],
  messages: {
    fr: () => import('./messages/fr.ts'),
    en: () => import('./messages/en.ts'),
    de: () => import('./messages/de.ts'),
    lb: () => import('./messages/lb.ts'),
  },
};
