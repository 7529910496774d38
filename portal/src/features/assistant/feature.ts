import type { Feature } from '../../shell/feature.ts';

/** AI assistants: their proposals, how they connect, and questions in natural language. */
export const assistant: Feature = {
  name: 'assistant',
  pages: [
    {
      name: 'assistant',
      path: '/automate/assistant',
      title: { fr: 'Assistant', en: 'Assistant', de: 'Assistent', lb: 'Assistent' },
      help: 'portal#assistant',
      right: 'read',
      component: () => import('./AssistantPage.vue'),
    },
    {
      name: 'ask',
      path: '/ask',
      title: { fr: 'Question en mots', en: 'Question in words', de: 'Frage in Worten', lb: 'Fro a Wierder' },
      help: 'portal#question-in-words',
      right: 'read',
      component: () => import('./AskPage.vue'),
    },
  ],
  messages: {
    fr: () => import('./messages/fr.ts'),
    en: () => import('./messages/en.ts'),
    de: () => import('./messages/de.ts'),
    lb: () => import('./messages/lb.ts'),
  },
};
