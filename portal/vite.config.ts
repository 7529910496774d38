import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';
import vuetify from 'vite-plugin-vuetify';
import { serviceWorker } from './src/offline/service-worker-plugin.ts';

const LANGUAGES = ['fr', 'en', 'de', 'lb'];

/** The URL of the platform for `npm run dev`. */
const platform = process.env.PLATFORM_URL ?? 'http://127.0.0.1:1026';

export default defineConfig({
  base: '/',
  plugins: [
    vue(),
    vuetify({ autoImport: true }),
    serviceWorker({
      pages: [
        'index.html',
        'src/shell/rail/PhoneBar.vue',
        'src/features/operations/WorkOrdersPage.vue',
        ...LANGUAGES.flatMap((language) => [
          `src/i18n/messages/${language}.ts`,
          `src/features/operations/messages/${language}.ts`,
        ]),
      ],
      files: ['index.html', 'alzette.svg'],
      // latin covers the languages of the portal; the other subsets come from the network on demand
      except: /-vietnamese-|-latin-ext-/,
    }),
  ],
  define: {
    __VUE_OPTIONS_API__: 'true', // Vuetify's components need it
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_I18N_LEGACY_API__: 'false',
    __INTLIFY_PROD_DEVTOOLS__: 'false',
  },
  build: {
    target: 'es2023',
    manifest: true,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1700,
    reportCompressedSize: false,
    // The common code is one file, because it loads faster than fifty small ones.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [{ name: 'frame', tags: ['$initial'], test: /^(?!.*(?:index\.html|src\/main\.ts))/ }],
        },
      },
    },
  },
  server: {
    port: 5180,
    strictPort: true,
    proxy: Object.fromEntries(
      ['/ngsi-ld', '/events', '/iot', '/ops', '/territory', '/contexts', '/oidc', '/app'].map((path) => [
        path,
        platform,
      ]),
    ),
  },
});
