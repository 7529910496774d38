import {
  mdiAccountGroupOutline,
  mdiChartBoxOutline,
  mdiCogOutline,
  mdiMapOutline,
  mdiViewGridOutline,
  mdiWeatherSunsetUp,
  mdiWrenchClockOutline,
} from '@mdi/js';
import type { Home, Place } from './shell/navigation/place.ts';

/*
 * Where each page is found. The rail, the tabs, the settings, the command palette and their tests are made from this
 * table. A new page has its name in one of the lists; its words and its right are those of the page.
 */

/** The places of the portal, in the order of the rail. */
export const PLACES: readonly Place[] = [
  {
    name: 'today',
    icon: mdiWeatherSunsetUp,
    title: { fr: 'Aujourd’hui', en: 'Today', de: 'Heute', lb: 'Haut' },
    parts: [{ name: 'today', pages: ['today', 'watch', 'figures', 'assistant'] }],
  },
  {
    name: 'map',
    icon: mdiMapOutline,
    title: { fr: 'Carte', en: 'Map', de: 'Karte', lb: 'Kaart' },
    parts: [{ name: 'map', pages: ['map'] }],
  },
  {
    name: 'interventions',
    icon: mdiWrenchClockOutline,
    title: { fr: 'Interventions', en: 'Interventions', de: 'Einsätze', lb: 'Asätz' },
    parts: [{ name: 'interventions', pages: ['alarms', 'work-orders', 'commands', 'reports', 'report-statistics'] }],
  },
  {
    name: 'domains',
    icon: mdiViewGridOutline,
    title: { fr: 'Domaines', en: 'Domains', de: 'Bereiche', lb: 'Beräicher' },
    parts: [
      {
        name: 'lighting',
        pages: ['lighting', 'lighting-supervision', 'lighting-strategies', 'lighting-simulator', 'lighting-park'],
      },
      { name: 'waste', pages: ['waste', 'waste-rounds'] },
      { name: 'others', pages: ['energy', 'environment', 'mobility'] },
    ],
  },
  {
    name: 'analyses',
    icon: mdiChartBoxOutline,
    title: { fr: 'Analyses', en: 'Analyses', de: 'Auswertungen', lb: 'Auswäertungen' },
    parts: [
      {
        name: 'analyses',
        pages: ['dashboards', 'indicators', 'comparison', 'decisions', 'questions', 'ask', 'scheduled-reports'],
      },
    ],
  },
  {
    name: 'citizens',
    icon: mdiAccountGroupOutline,
    title: { fr: 'Habitants', en: 'Citizens', de: 'Bürger', lb: 'Bierger' },
    parts: [
      { name: 'publishing', pages: ['publications', 'publication-calendar', 'feeds', 'app-settings', 'datasets'] },
      { name: 'procedures', pages: ['dossiers', 'dossier-statistics', 'procedures'] },
      {
        name: 'reports',
        pages: ['report-categories', 'report-replies', 'report-intake', 'report-keys', 'report-blocks'],
      },
    ],
  },
  {
    name: 'settings',
    icon: mdiCogOutline,
    title: { fr: 'Réglages', en: 'Settings', de: 'Einstellungen', lb: 'Astellungen' },
    start: 'settings',
    parts: [
      {
        name: 'alerts',
        title: { fr: 'Alertes', en: 'Alerts', de: 'Warnungen', lb: 'Warnungen' },
        pages: [
          'rules',
          'who-is-told',
          'recipients',
          'groups-to-tell',
          'rosters',
          'channels',
          'service-levels',
          'maintenance',
          'messages',
        ],
      },
      {
        name: 'devices',
        title: { fr: 'Appareils', en: 'Devices', de: 'Geräte', lb: 'Apparater' },
        pages: ['onboarding', 'device-list', 'sources', 'profiles', 'quarantine'],
      },
      {
        name: 'people',
        title: { fr: 'Personnes et droits', en: 'People and rights', de: 'Personen und Rechte', lb: 'Leit a Rechter' },
        pages: [
          'administer-people',
          'administer-own-people',
          'support',
          'administer-groups',
          'administer-organisations',
          'administer-roles',
          'administer-access',
          'administer-sign-ins',
          'administer-providers',
          'administer-directories',
          'administer-personal-data',
        ],
      },
      {
        name: 'interfaces',
        title: { fr: 'Interfaces', en: 'Interfaces', de: 'Schnittstellen', lb: 'Schnëttstellen' },
        pages: [
          'administer-partners',
          'administer-key-requests',
          'administer-keys',
          'keys',
          'administer-consumers',
          'administer-clients',
          'subscriptions',
          'dead-letters',
          'models',
          'contexts',
          'registrations',
          'administer-leniency',
          'try',
        ],
      },
      {
        name: 'platform',
        title: { fr: 'Plateforme', en: 'Platform', de: 'Plattform', lb: 'Plattform' },
        pages: [
          'administer-health',
          'administer-audit',
          'administer-compliance',
          'administer-footprint',
          'jobs',
          'administer-retention',
          'collectivities',
          'administer-tenants',
          'administer-indexes',
          'packs',
          'services',
          'administer-territory-files',
          'administer-ai-uses',
        ],
      },
    ],
  },
];

/** Where each role begins its day. The first whose role a person has applies; nobody else's: the first page. */
export const HOMES: readonly Home[] = [
  { role: 'operator', page: 'today' },
  { role: 'duty', page: 'watch', places: ['today', 'map', 'interventions', 'domains'] },
  {
    role: 'contractor',
    page: 'work-orders',
    query: { view: 'map' },
    places: ['map', 'interventions'],
  },
  { role: 'elected', page: 'figures', places: ['today', 'map', 'domains', 'analyses', 'citizens'] },
  { role: 'administrator', page: 'administer-health' },
];
