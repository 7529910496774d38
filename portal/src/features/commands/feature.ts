import { mdiTuneVerticalVariant } from '@mdi/js';
import type { Feature } from '../../shell/feature.ts';

/** Manual commands to lamps: to one, a selection, a street or a cabinet. */
export const commands: Feature = {
  name: 'commands',
  pages: [
    {
      name: 'commands',
      path: '/operate/commands',
      title: { fr: 'Commandes', en: 'Commands', de: 'Befehle', lb: 'Befeeler' },
      help: 'portal#commands',
      right: 'read',
      component: () => import('./CommandsPage.vue'),
    },
  ],
  actions: [
    {
      title: { fr: 'Nouvelle commande', en: 'New command', de: 'Neuer Befehl', lb: 'Neie Befeel' },
      icon: mdiTuneVerticalVariant,
      right: 'write',
      to: '/operate/commands?open=%2B',
    },
  ],
  messages: {
    fr: () => import('./messages/fr.ts'),
    en: () => import('./messages/en.ts'),
    de: () => import('./messages/de.ts'),
    lb: () => import('./messages/lb.ts'),
  },
};
