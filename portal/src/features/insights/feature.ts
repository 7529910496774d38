import type { Feature } from '../../shell/feature.ts';

/** The register of AI uses: purpose, quality, and whether each is on. */
export const insights: Feature = {
  name: 'insights',
  pages: [
    {
      name: 'administer-ai-uses',
      path: '/administer/ai-uses',
      title: { fr: 'Usages de l’IA', en: 'AI uses', de: 'KI-Einsätze', lb: 'KI-Asätz' },
      help: 'portal#ai-uses',
      right: 'read',
      component: () => import('./AiUsesPage.vue'),
    },
  ],
  messages: {
    fr: () => import('./messages/fr.ts'),
    en: () => import('./messages/en.ts'),
    de: () => import('./messages/de.ts'),
    lb: () => import('./messages/lb.ts'),
  },
};
