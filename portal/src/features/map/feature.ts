import type { Feature } from '../../shell/feature.ts';
import { MAP_PAGE } from './page.ts';

const { path, component, askAhead, messages } = MAP_PAGE;

export const map: Feature = {
  name: 'map',
  pages: [
    {
      name: 'map',
      path,
      title: { fr: 'Carte', en: 'Map', de: 'Karte', lb: 'Kaart' },
      help: 'portal#map',
      right: 'read',
      component,
      askAhead,
      follows: ['commune'],
    },
  ],
  messages,
};
