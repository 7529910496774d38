import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';
import { firstLoadChunk } from './first-load.ts';
import { serviceWorker } from './src/offline/service-worker-plugin.ts';
import { preloadFonts } from './src/theme/preload-fonts-plugin.ts';

/** The last versions for Android 6, of 2015 and 2016, and the oldest iOS that shows everything. */
const OLDEST = ['chrome106', 'safari16'];
const PLATFORM = process.env.ALZETTE_URL ?? 'http://127.0.0.1:1026';

export default defineConfig({
  base: '/app/',
  plugins: [
    vue(),
    preloadFonts([/figtree-latin-wght-normal.*woff2$/, /bricolage-grotesque-latin-wght-normal.*woff2$/]),
    serviceWorker({
      store: ['**/*.{js,css,html,svg,woff2}', 'icon-*.png', 'manifest.webmanifest'],
      // latin covers the languages of the app; the other subsets come from the network on demand
      except: ['sw.js', '**/*-vietnamese-*', '**/*-latin-ext-*'],
      include: new URL('./src/in-background.ts', import.meta.url),
    }),
  ],
  build: {
    target: OLDEST,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { debugName: 'first load', name: firstLoadChunk(fileURLToPath(new URL('src/main.ts', import.meta.url))) },
          ],
        },
      },
      // without this the bundle contains all of Ionic, because its components register themselves as a side effect
      treeshake: { moduleSideEffects: [{ test: /node_modules\/@ionic\/core\/components\//, sideEffects: false }] },
    },
  },
  server: {
    port: 5190,
    proxy: Object.fromEntries(
      ['/ngsi-ld', '/events', '/territory', '/contexts', '/oidc', '/citizen', '/files', '/public'].map((path) => [
        path,
        PLATFORM,
      ]),
    ),
  },
});
