import type { CapacitorConfig } from '@capacitor/cli';

/** The public URL of the site that the app belongs to. `npm run native:sync` reads it from ALZETTE_SITE. */
const SITE = process.env.ALZETTE_SITE ?? 'https://alzette.example';

/**
 * The native app is a web view of the site's own app. New releases reach it without an update from the store, the
 * service worker stores it for offline use, and it needs no access from another origin. The native shell adds haptics
 * and the back button.
 */
const config: CapacitorConfig = {
  appId: process.env.ALZETTE_APP_ID ?? 'eu.alzette.app',
  appName: process.env.ALZETTE_APP_NAME ?? 'Alzette',
  webDir: 'native-shell',
  backgroundColor: '#0b5563',
  server: {
    url: `${SITE.replace(/\/$/, '')}/app/`,
    // Shown when the first start happens without a network.
    errorPath: 'index.html',
  },
  // A web view of iOS runs service workers only for the hosts in Info.plist.
  ios: { limitsNavigationsToAppBoundDomains: true },
};

export default config;
