import type { Feature } from '../../shell/feature.ts';

export const lighting: Feature = {
  name: 'lighting',
  pages: [
    {
      name: 'lighting',
      path: '/cockpits/lighting',
      title: { fr: 'Éclairage', en: 'Lighting', de: 'Beleuchtung', lb: 'Beliichtung' },
      help: 'portal#lighting',
      terms: ['strategy'],
      right: 'read',
      component: () => import('./CockpitPage.vue'),
    },
    {
      name: 'lighting-supervision',
      path: '/cockpits/lighting-supervision',
      title: {
        fr: 'Supervision de l’éclairage',
        en: 'Lighting supervision',
        de: 'Überwachung der Beleuchtung',
        lb: 'Iwwerwaachung vun der Beliichtung',
      },
      tab: { fr: 'Supervision', en: 'Supervision', de: 'Überwachung', lb: 'Iwwerwaachung' },
      help: 'portal#lighting-supervision',
      right: 'read',
      component: () => import('./SupervisionPage.vue'),
    },
    {
      name: 'lighting-simulator',
      path: '/cockpits/lighting-simulator',
      title: {
        fr: 'Simulateur d’éclairage',
        en: 'Lighting simulator',
        de: 'Beleuchtungssimulator',
        lb: 'Beliichtungssimulator',
      },
      tab: { fr: 'Simulateur', en: 'Simulator', de: 'Simulator', lb: 'Simulator' },
      help: 'portal#lighting-simulator',
      right: 'read',
      component: () => import('./SimulatorPage.vue'),
    },
    {
      name: 'lighting-park',
      path: '/cockpits/lighting-park',
      title: { fr: 'Parc d’éclairage', en: 'Lighting park', de: 'Leuchtenbestand', lb: 'Luuchtebestand' },
      tab: { fr: 'Parc', en: 'Park', de: 'Bestand', lb: 'Bestand' },
      help: 'portal#lighting-park',
      right: 'read',
      component: () => import('./ParkPage.vue'),
    },
    {
      name: 'lighting-strategies',
      path: '/automate/lighting-strategies',
      title: {
        fr: 'Stratégies d’éclairage',
        en: 'Lighting strategies',
        de: 'Beleuchtungsstrategien',
        lb: 'Beliichtungsstrategien',
      },
      tab: { fr: 'Stratégies', en: 'Strategies', de: 'Strategien', lb: 'Strategien' },
      help: 'portal#lighting-strategies',
      terms: ['strategy'],
      right: 'read',
      component: () => import('./StrategiesPage.vue'),
    },
  ],
  messages: {
    fr: () => import('./messages/fr.ts'),
    en: () => import('./messages/en.ts'),
    de: () => import('./messages/de.ts'),
    lb: () => import('./messages/lb.ts'),
  },
};
