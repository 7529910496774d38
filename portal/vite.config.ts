import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';
import vuetify from 'vite-plugin-vuetify';
import { firstScript } from './src/first-script.ts';
import { serviceWorker } from './src/offline/service-worker-plugin.ts';

const LANGUAGES = ['fr', 'en', 'de', 'lb'];

/** The modules of the first script. If it used any other module, it would wait for the frame. */
const FIRST =
  /portal\/src\/(?:ahead|stored|i18n\/(?:base|locales)|broker\/context-link|entities\/known-layers|features\/map\/(?:page|view\/first-answer))\.ts|identity\/browser\/requirement\.ts|vite\/preload-helper/;

/** Numbers of pages and dialogs, of 124. */
const SHARED_BY_MOST = 80;
const SHARED_BY_MORE = 93;

/** The URL of the platform for `npm run dev`. */
const platform = process.env.PLATFORM_URL ?? 'http://127.0.0.1:1026';

export default defineConfig({
  base: '/',
  plugins: [
    vue(),
    vuetify({ autoImport: true }),
    firstScript('ahead'),
    serviceWorker({
      pages: [
        'index.html',
        'src/ahead.ts',
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
    // The common code is one file, because it loads faster than fifty small ones. The modules of the first script are separate.
    rolldownOptions: {
      input: { index: 'index.html', ahead: 'src/ahead.ts' },
      output: {
        codeSplitting: {
          groups: [
            { name: 'first', test: FIRST, priority: 1 },
            { name: 'frame', tags: ['$initial'], test: /^(?!.*(?:index\.html|src\/main\.ts))/ },
            // Modules that most pages use are also one file each.
            { name: 'fields', test: /node_modules\/vuetify/, minShareCount: SHARED_BY_MORE },
            { name: 'choices', test: /node_modules\/vuetify/, minShareCount: SHARED_BY_MOST },
            { name: 'kit', test: /(?:portal|web)\/src|node_modules\/@tanstack/, minShareCount: SHARED_BY_MOST },
          ],
        },
      },
    },
  },
  server: {
    port: 5180,
    strictPort: true,
    proxy: Object.fromEntries(
      ['/ngsi-ld', '/events', '/iot', '/ops', '/territory', '/contexts', '/oidc', '/app', '/docs'].map((path) => [
        path,
        platform,
      ]),
    ),
  },
});
