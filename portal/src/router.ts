import { createRouter, createWebHistory } from 'vue-router';

export function createPortalRouter() {
  return createRouter({
    history: createWebHistory('/'),
    routes: [
      { path: '/', name: 'map', component: () => import('./pages/MapPage.vue') },
      { path: '/devices/new', name: 'onboarding', component: () => import('./pages/OnboardingPage.vue') },
      { path: '/sources', name: 'sources', component: () => import('./pages/SourcesPage.vue') },
      { path: '/keys', name: 'keys', component: () => import('./pages/KeysPage.vue') },
      { path: '/openapi/try', name: 'try', component: () => import('./pages/TryPage.vue') },
      { path: '/:path(.*)*', name: 'not-found', component: () => import('./pages/NotFoundPage.vue') },
    ],
  });
}
