import { createRouter, createWebHistory } from '@ionic/vue-router';
import type { RouteRecordRaw } from 'vue-router';
import NearMePage from './near/NearMePage.vue';
import TabsPage from './TabsPage.vue';

const routes: RouteRecordRaw[] = [
  {
    path: '/',
    component: TabsPage,
    redirect: '/near',
    children: [
      { path: 'near', component: NearMePage },
      { path: 'map', component: () => import('./map/MapPage.vue') },
    ],
  },
  { path: '/containers/:id', component: () => import('./container-page/ContainerPage.vue'), props: true },
  { path: '/:elsewhere(.*)', redirect: '/near' },
];

export const router = createRouter({ history: createWebHistory('/app/'), routes });
