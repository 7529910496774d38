import type { Feature } from '../../shell/feature.ts';

/** The collectivities of the installation, for who runs it. */
export const collectivities: Feature = {
  name: 'collectivities',
  pages: [
    {
      name: 'collectivities',
      path: '/administer/collectivities',
      title: { fr: 'Collectivités', en: 'Collectivities', de: 'Kommunen', lb: 'Gemengen' },
      help: 'portal#collectivities',
      right: 'administerAll',
      component: () => import('./CollectivitiesPage.vue'),
    },
    {
      name: 'support',
      path: '/administer/support',
      title: { fr: 'Accès d’assistance', en: 'Support access', de: 'Zugang der Hilfe', lb: 'Zougang vun der Hëllef' },
      help: 'portal#support-access',
      right: 'account',
      component: () => import('./SupportPage.vue'),
    },
  ],
  messages: {
    fr: () => import('./messages/fr.ts'),
    en: () => import('./messages/en.ts'),
    de: () => import('./messages/de.ts'),
    lb: () => import('./messages/lb.ts'),
  },
};
