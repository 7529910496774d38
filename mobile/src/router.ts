import { createRouter, createWebHistory } from '@ionic/vue-router';
import type { RouteRecordRaw } from 'vue-router';
import HomePage from './home/HomePage.vue';
import { SECTIONS } from './info/sections.ts';
import { showTapsFirst } from './navigation/tap-first.ts';
import TabsPage from './TabsPage.vue';

const itemPage = () => import('./info/ItemPage.vue');
const routes: RouteRecordRaw[] = [
  {
    path: '/',
    component: TabsPage,
    redirect: '/home',
    children: [
      { path: 'home', component: HomePage },
      { path: 'near', component: () => import('./near/NearMePage.vue') },
      { path: 'report', component: () => import('./report/ReportPage.vue') },
      { path: 'info', component: () => import('./info/InfoPage.vue') },
      { path: 'map', component: () => import('./around/MapPage.vue') },
    ],
  },
  { path: '/containers/:id', component: () => import('./container-page/ContainerPage.vue'), props: true },
  { path: '/reports/mine', component: () => import('./report/own/MyReportsPage.vue') },
  { path: '/search', component: () => import('./search/SearchPage.vue') },
  { path: '/collections', component: () => import('./waste/CollectionsPage.vue') },
  { path: '/recycling', component: () => import('./waste/RecyclingPage.vue') },
  { path: '/departures', component: () => import('./departures/DeparturesPage.vue') },
  { path: '/journeys', component: () => import('./journeys/JourneysPage.vue') },
  { path: '/departures/:id', component: () => import('./departures/StopPage.vue'), props: true },
  { path: '/air', component: () => import('./air/AirPage.vue') },
  { path: '/water', component: () => import('./water/WaterPage.vue') },
  // The secret link in the answer to a report.
  { path: '/reports/follow/:token', component: () => import('./report/own/MyReportsPage.vue'), props: true },
  { path: '/reports/near', component: () => import('./report/NearReportsPage.vue') },
  { path: '/reports/:id', component: () => import('./report/PublicReportPage.vue'), props: true },
  { path: '/services', component: () => import('./procedures/ServicesPage.vue') },
  // Before `:id`, which would take them.
  { path: '/services/sent/:sent', component: () => import('./procedures/follow/DossierPage.vue'), props: true },
  // The secret link of an invitation.
  { path: '/services/company/:token?', component: () => import('./procedures/company/CompanyPage.vue'), props: true },
  // The secret link of a request.
  { path: '/services/follow/:token', component: () => import('./procedures/follow/DossierPage.vue'), props: true },
  { path: '/services/:id', component: () => import('./procedures/ProcedurePage.vue'), props: true },
  // The target of the QR code on a lamp.
  { path: '/e/:asset', redirect: ({ params }) => ({ path: '/report', query: { asset: String(params.asset) } }) },
  { path: '/settings', component: () => import('./settings-page/SettingsPage.vue') },
  { path: '/privacy', component: () => import('./privacy/PrivacyPage.vue') },
  ...(['help', 'accessibility'] as const).map(
    (page): RouteRecordRaw => ({ path: `/${page}`, component: () => import('./about/AboutPage.vue'), props: { page } }),
  ),
  // The secret link of the keeper of a directory entry.
  { path: '/keepers/:token', component: () => import('./keeper/KeeperPage.vue'), props: true },
  { path: '/emergency', component: () => import('./info/EmergencyPage.vue') },
  // Push messages and shared links contain the section of an item; links from the portal contain only its id.
  { path: '/items/:id', component: itemPage, props: true },
  ...SECTIONS.flatMap((section): RouteRecordRaw[] => [
    { path: `/${section}`, component: () => import('./info/SectionPage.vue'), props: { section } },
    { path: `/${section}/:id`, component: itemPage, props: true },
  ]),
  { path: '/:elsewhere(.*)', redirect: '/home' },
];

export const router = createRouter({ history: createWebHistory('/app/'), routes });
showTapsFirst(router);
