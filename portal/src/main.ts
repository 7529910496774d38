import '@fontsource-variable/bricolage-grotesque/wght.css';
import '@fontsource-variable/figtree/wght.css';
import './theme/base.css';
import { openSignIn } from '@alzette/identity/browser';
import { createAnswers } from '@alzette/web/asking';
import { createApp } from 'vue';
import App from './App.vue';
import { FEATURES } from './features.ts';
import { BASE, preferredLocale } from './i18n/base.ts';
import { i18n, openCatalogue, speak } from './i18n/i18n.ts';
import { tellProblem } from './kit/problem/tell-problem.ts';
import { HOMES, PLACES } from './navigation.ts';
import { createFeatures } from './shell/features.ts';
import { homeOf } from './shell/navigation/offered.ts';
import { createNavigation } from './shell/navigation/useNavigation.ts';
import { createPortalRouter, fetchAhead } from './shell/router.ts';
import { createAccess, readAccess } from './sign-in/access.ts';
import { seenAs, tokensOf } from './sign-in/seen-as.ts';
import { createSignIn } from './sign-in/sign-in.ts';
import { createPortalVuetify } from './theme/vuetify.ts';

const locale = preferredLocale();
// Before any request to the broker: with enforced access the page may redirect to the sign-in.
const view = seenAs();
const signingIn = openSignIn('portal', '/', view && { instead: tokensOf(view) });
// Fetched in parallel, because every page needs it.
const askAhead = fetchAhead(FEATURES, location.pathname, locale);
BASE[locale]().catch(() => undefined);
const signIn = await signingIn;
await speak(locale);
const reading = readAccess();
void reading.then(askAhead);
const [access] = await Promise.all([reading, openCatalogue('', BASE)]);
createApp(App)
  .use(createAnswers((problem) => tellProblem(problem, i18n.global)))
  .use(createSignIn(signIn))
  .use(createAccess(access))
  .use(createFeatures(FEATURES))
  .use(createNavigation({ places: PLACES, homes: HOMES }))
  .use(createPortalRouter(FEATURES, homeOf(HOMES, access.roles)))
  .use(i18n)
  .use(createPortalVuetify(i18n))
  .mount('#app');
