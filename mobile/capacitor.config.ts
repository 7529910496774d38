import type { CapacitorConfig } from '@capacitor/cli';

/** The site whose app it is, as citizens reach it. `npm run native:sync` is told it by ALZETTE_SITE. */
const SITE = process.env.ALZETTE_SITE ?? 'https://alzette.example';

/**
 * The native app is the site's own app in a web view: what is published there is in it at once, the service worker keeps it
 * for when there is no network, and nothing has to be let in from another origin. What it adds is the way to the phone:
 * haptics and the back button.
 */
const config: CapacitorConfig = {
  appId: process.env.ALZETTE_APP_ID ?? 'eu.alzette.app',
  appName: process.env.ALZETTE_APP_NAME ?? 'Alzette',
  webDir: 'native-shell',
  backgroundColor: '#0b5563',
  server: {
    url: `${SITE.replace(/\/$/, '')}/app/`,
    // Opened for the first time without a network.
    errorPath: 'index.html',
  },
  // Service workers run in a web view of iOS for the hosts alone that Info.plist names.
  ios: { limitsNavigationsToAppBoundDomains: true },
};

export default config;
