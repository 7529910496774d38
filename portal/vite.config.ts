import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';
import vuetify from 'vite-plugin-vuetify';
import { serviceWorker } from './src/offline/service-worker-plugin.ts';

const LANGUAGES = ['fr', 'en', 'de', 'lb'];

/** Where `npm run dev` finds the platform. */
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
      // latin covers the languages we speak; the rest comes from the network if ever asked for
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
    // What every page needs comes as one file: fifty small ones take longer than all of it.
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
