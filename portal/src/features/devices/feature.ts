import type { Feature } from '../../shell/feature.ts';

export const devices: Feature = {
  name: 'devices',
  pages: [
    {
      name: 'onboarding',
      path: '/devices/new',
      title: { fr: 'Ajouter un capteur', en: 'Add a device', de: 'Gerät hinzufügen', lb: 'Gerät derbäisetzen' },
      help: 'portal#add-a-device',
      terms: ['profile', 'codec'],
      right: 'administerAll',
      component: () => import('./onboarding/OnboardingPage.vue'),
    },
  ],
  messages: {
    fr: () => import('./messages/fr.ts'),
    en: () => import('./messages/en.ts'),
    de: () => import('./messages/de.ts'),
    lb: () => import('./messages/lb.ts'),
  },
};
