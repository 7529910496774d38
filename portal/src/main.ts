import '@fontsource-variable/bricolage-grotesque/wght.css';
import '@fontsource-variable/figtree/wght.css';
import './theme/base.css';
import { openSignIn } from '@alzette/identity/browser';
import { createApp } from 'vue';
import App from './App.vue';
import { createPortalI18n } from './i18n/i18n.ts';
import { createPortalRouter } from './router.ts';
import { createSignIn } from './sign-in/sign-in.ts';
import { createPortalVuetify } from './theme/vuetify.ts';

// Before anything asks the broker: where access is enforced the page may leave to sign in.
const signIn = await openSignIn('portal', '/');
createApp(App)
  .use(createSignIn(signIn))
  .use(createPortalRouter())
  .use(createPortalI18n())
  .use(createPortalVuetify())
  .mount('#app');
