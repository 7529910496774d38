import '@fontsource-variable/bricolage-grotesque/wght.css';
import '@fontsource-variable/figtree/wght.css';
import './theme/base.css';
import { createApp } from 'vue';
import App from './App.vue';
import { createPortalI18n } from './i18n/i18n.ts';
import { createPortalRouter } from './router.ts';
import { createPortalVuetify } from './theme/vuetify.ts';

createApp(App).use(createPortalRouter()).use(createPortalI18n()).use(createPortalVuetify()).mount('#app');
