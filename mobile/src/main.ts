import '@fontsource-variable/bricolage-grotesque/wght.css';
import '@fontsource-variable/figtree/wght.css';
import '@ionic/vue/css/core.css';
import '@ionic/vue/css/normalize.css';
import '@ionic/vue/css/structure.css';
import './theme/variables.css';
import './theme/app.css';
import { IonicVue } from '@ionic/vue';
import { createApp } from 'vue';
import App from './App.vue';
import { i18n } from './i18n/i18n.ts';
import { router } from './router.ts';

const app = createApp(App).use(IonicVue, { mode: 'md' }).use(i18n).use(router);

// after an update, parts of the version that is running may be gone
window.addEventListener('vite:preloadError', () => {
  if (navigator.onLine) location.reload();
});

await router.isReady();
app.mount('#app');
