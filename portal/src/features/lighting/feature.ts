import {
  mdiCalculatorVariantOutline,
  mdiCalendarClockOutline,
  mdiLightbulbGroupOutline,
  mdiLightbulbOnOutline,
  mdiMonitorEye,
} from '@mdi/js';
import type { Feature } from '../../shell/feature.ts';

export const lighting: Feature = {
  name: 'lighting',
  pages: [
    {
      name: 'lighting',
      path: '/cockpits/lighting',
      title: { fr: 'Éclairage', en: 'Lighting', de: 'Beleuchtung', lb: 'Beliichtung' },
      help: 'portal#lighting',
      right: 'read',
      component: () => import('./CockpitPage.vue'),
      rail: { group: 'cockpits', icon: mdiLightbulbOnOutline },
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
      help: 'portal#lighting-supervision',
      right: 'read',
      component: () => import('./SupervisionPage.vue'),
      rail: { group: 'cockpits', icon: mdiMonitorEye },
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
      help: 'portal#lighting-simulator',
      right: 'read',
      component: () => import('./SimulatorPage.vue'),
      rail: { group: 'cockpits', icon: mdiCalculatorVariantOutline },
    },
    {
      name: 'lighting-park',
      path: '/cockpits/lighting-park',
      title: { fr: 'Parc d’éclairage', en: 'Lighting park', de: 'Leuchtenbestand', lb: 'Luuchtebestand' },
      help: 'portal#lighting-park',
      right: 'read',
      component: () => import('./ParkPage.vue'),
      rail: { group: 'cockpits', icon: mdiLightbulbGroupOutline },
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
      help: 'portal#lighting-strategies',
      right: 'read',
      component: () => import('./StrategiesPage.vue'),
      rail: { group: 'automate', icon: mdiCalendarClockOutline },
    },
  ],
  messages: {
    fr: () => import('./messages/fr.ts'),
    en: () => import('./messages/en.ts'),
    de: () => import('./messages/de.ts'),
    lb: () => import('./messages/lb.ts'),
  },
};
