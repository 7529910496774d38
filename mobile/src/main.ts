import '@fontsource-variable/bricolage-grotesque/wght.css';
import '@fontsource-variable/figtree/wght.css';
import '@ionic/vue/css/core.css';
import '@ionic/vue/css/normalize.css';
import '@ionic/vue/css/structure.css';
import './theme/variables.css';
import './theme/app.css';
import { openSignIn } from '@alzette/identity/browser';
import { createAnswers } from '@alzette/web/asking';
import { IonicVue } from '@ionic/vue';
import { createApp } from 'vue';
import App from './App.vue';
import { i18n, showKeptLanguage } from './i18n/i18n.ts';
import { MAP_PARTS } from './map/load-map.ts';
import { startNative } from './native/native.ts';
import { loadAhead } from './navigation/load-ahead.ts';
import { keepProceduresAhead } from './procedures/keep-ahead.ts';
import { sendWaitingDossiers } from './procedures/sending/send-dossiers.ts';
import { keepFormAhead } from './report/form/form-ahead.ts';
import { followReports } from './report/sending/follow-reports.ts';
import { sendWaiting } from './report/sending/send-reports.ts';
import { router } from './router.ts';
import { createSignIn } from './sign-in/sign-in.ts';

/** How long to wait for the fonts, which would otherwise cause a layout shift. */
const FONTS_MS = 1_500;
/** On these pages the phone's back button leaves the app. */
const FIRST_PAGES = new Set(['/home', '/near', '/report', '/info', '/map']);

// The app needs no account, so it never redirects to the sign-in by itself.
const comesBack = location.pathname === '/app/sign-in';
const signIn = await openSignIn('app', '/app/', { isOptional: true });
const app = createApp(App)
  .use(createAnswers())
  .use(createSignIn(signIn))
  .use(IonicVue, { mode: 'md' })
  .use(i18n)
  .use(router);

// after an update the server may no longer have files of the running version
window.addEventListener('vite:preloadError', () => {
  if (navigator.onLine) location.reload();
});

if (import.meta.env.PROD) void navigator.serviceWorker?.register(`${import.meta.env.BASE_URL}sw.js`);

// Sends reports and requests that were written offline.
const sendKept = () => {
  void sendWaiting().then(followReports);
  void sendWaitingDossiers();
};
sendKept();
window.addEventListener('online', sendKept);

// The router has read the address before the end of the sign-in restored that of the visitor's page.
if (comesBack) await router.replace(location.pathname.slice('/app'.length) + location.search);
await Promise.all([router.isReady(), showKeptLanguage(), fontsAreThere()]);
app.mount('#app');
const keepAhead = () => void Promise.all([keepFormAhead(), keepProceduresAhead()]);
keepAhead();
window.addEventListener('online', keepAhead);
void loadAhead(router, [...FIRST_PAGES], MAP_PARTS);
await startNative({
  isFirstPage: () => FIRST_PAGES.has(router.currentRoute.value.path),
  goBack: () => router.back(),
  open: (path) => void router.push(path),
});

async function fontsAreThere(): Promise<void> {
  const fonts = ['Figtree Variable', 'Bricolage Grotesque Variable'].map((name) =>
    document.fonts?.load(`1em "${name}"`),
  );
  const isOver = new Promise((resolve) => setTimeout(resolve, FONTS_MS));
  await Promise.race([Promise.all(fonts), isOver]).catch(() => undefined); // device fonts are a sufficient fallback
}
