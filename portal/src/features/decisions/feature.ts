import type { Feature } from '../../shell/feature.ts';

export const decisions: Feature = {
  name: 'decisions',
  pages: [
    {
      name: 'indicators',
      path: '/analyses/indicators',
      title: { fr: 'Indicateurs', en: 'Indicators', de: 'Indikatoren', lb: 'Indikatoren' },
      help: 'portal#indicators',
      right: 'read',
      component: () => import('./IndicatorsPage.vue'),
    },
    {
      name: 'indicator',
      path: '/analyses/indicators/:id',
      title: { fr: 'Indicateur', en: 'Indicator', de: 'Indikator', lb: 'Indikator' },
      help: 'portal#indicator',
      right: 'read',
      component: () => import('./IndicatorPage.vue'),
    },
    {
      name: 'decisions',
      path: '/analyses/decisions',
      title: { fr: 'Décisions', en: 'Decisions', de: 'Entscheidungen', lb: 'Decisiounen' },
      help: 'portal#decisions',
      right: 'read',
      component: () => import('./DecisionsPage.vue'),
    },
    {
      name: 'new-scenario',
      path: '/analyses/decisions/new/:model',
      title: { fr: 'Nouveau scénario', en: 'New scenario', de: 'Neues Szenario', lb: 'Neie Szenario' },
      help: 'portal#new-scenario',
      right: 'read',
      component: () => import('./ScenarioPage.vue'),
    },
    {
      name: 'scenario',
      path: '/analyses/decisions/:id',
      title: { fr: 'Scénario', en: 'Scenario', de: 'Szenario', lb: 'Szenario' },
      help: 'portal#scenario',
      right: 'read',
      component: () => import('./ScenarioPage.vue'),
    },
    {
      name: 'scenario-summary',
      path: '/analyses/decisions/:id/summary',
      title: { fr: 'Pour les élus', en: 'For elected members', de: 'Für Gewählte', lb: 'Fir Gewielter' },
      help: 'portal#for-elected-members',
      right: 'read',
      component: () => import('./SummaryPage.vue'),
    },
  ],
  messages: {
    fr: () => import('./messages/fr.ts'),
    en: () => import('./messages/en.ts'),
    de: () => import('./messages/de.ts'),
    lb: () => import('./messages/lb.ts'),
  },
};
