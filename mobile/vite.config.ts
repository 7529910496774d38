import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';

const PLATFORM = process.env.ALZETTE_URL ?? 'http://127.0.0.1:1026';

export default defineConfig({
  base: '/app/',
  plugins: [
    vue(),
    VitePWA({
      registerType: 'autoUpdate',
      injectRegister: 'script',
      includeAssets: ['icon.svg', 'icon-180.png'],
      workbox: {
        globPatterns: ['**/*.{js,css,html,svg,woff2}'],
        // latin covers the languages we speak; the rest comes from the network if ever asked for
        globIgnores: ['**/*-vietnamese-*', '**/*-latin-ext-*'],
        navigateFallback: '/app/index.html',
        cleanupOutdatedCaches: true,
      },
      manifest: {
        id: '/app/',
        name: 'Alzette, près de chez vous',
        short_name: 'Alzette',
        description: 'Les conteneurs de tri près de chez vous : où il y a de la place, et depuis quand on le sait.',
        lang: 'fr',
        dir: 'ltr',
        start_url: '/app/',
        scope: '/app/',
        display: 'standalone',
        background_color: '#faf7f2',
        theme_color: '#0b5563',
        categories: ['utilities', 'navigation', 'lifestyle'],
        icons: [
          { src: 'icon-192.png', sizes: '192x192', type: 'image/png' },
          { src: 'icon-512.png', sizes: '512x512', type: 'image/png' },
          { src: 'icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
          { src: 'icon.svg', sizes: 'any', type: 'image/svg+xml' },
        ],
        shortcuts: [{ name: 'Carte des conteneurs', short_name: 'Carte', url: '/app/map' }],
      },
    }),
  ],
  build: {
    rolldownOptions: {
      // without this all of Ionic comes along, used or not: its components only act once they are defined
      treeshake: { moduleSideEffects: [{ test: /node_modules\/@ionic\/core\/components\//, sideEffects: false }] },
    },
  },
  server: {
    port: 5190,
    proxy: Object.fromEntries(
      ['/ngsi-ld', '/events', '/territory', '/contexts', '/oidc'].map((path) => [path, PLATFORM]),
    ),
  },
});
