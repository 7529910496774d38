import { askFirst } from './view/first-answer.ts';

/** What the first script needs to know of the page: it imports little. */
export const MAP_PAGE = {
  path: '/map',
  component: () => import('./MapPage.vue'),
  askAhead: askFirst,
  messages: {
    fr: () => import('./messages/fr.ts'),
    en: () => import('./messages/en.ts'),
    de: () => import('./messages/de.ts'),
    lb: () => import('./messages/lb.ts'),
  },
} as const;
