import {
  createRouter,
  createRouterMatcher,
  createWebHistory,
  type LocationQuery,
  type RouteLocationRaw,
  type RouteRecordRaw,
  START_LOCATION,
} from 'vue-router';
import { openCatalogue } from '../i18n/i18n.ts';
import type { Catalogue, Locale } from '../i18n/locales.ts';
import type { Access } from '../sign-in/access.ts';
import type { Feature, FeaturePage } from './feature.ts';
import type { Home } from './navigation/place.ts';
import { carried } from './scope/carried.ts';

declare module 'vue-router' {
  interface RouteMeta {
    page?: FeaturePage;
    messages?: Catalogue;
  }
}

/**
 * Creates a route for each page of each feature. Scope and period stay in the address across pages.
 *
 * @param home where `/` leads; absent: to the page of this path
 */
export function createPortalRouter(features: readonly Feature[], home?: Home) {
  const router = createRouter({
    history: createWebHistory('/'),
    routes: [
      ...features.flatMap(routesOf),
      { path: '/:path(.*)*', name: 'not-found', component: () => import('./NotFoundPage.vue') },
    ],
  });
  router.beforeEach((to, from) => {
    // the map used to be at this path: old links to a place or entity still work
    if (to.path === '/' && (to.query.view ?? to.query.entity)) return { path: '/map', query: to.query, replace: true };
    if (to.path === '/' && home !== undefined && to.meta.page?.name !== home.page) return placeOf(home, to.query);
    if (to.path === from.path) return true;
    const query = carried(from.query, to.query);
    return query === undefined ? true : { path: to.path, query, hash: to.hash, replace: true };
  });
  return router;
}

/**
 * Starts fetching the code and the texts of a page before it is displayed.
 *
 * @returns sends the first request of the page, if the reader may see it
 */
export function fetchAhead(
  features: readonly Feature[],
  path: string,
  locale: Locale,
): (reader: Pick<Access, 'may'>) => void {
  const matcher = createRouterMatcher(features.flatMap(routesOf), {});
  const { matched } = matcher.resolve({ path }, START_LOCATION);
  for (const { components, meta } of matched) {
    const load = components?.default;
    // The error is reported when the page is opened.
    if (typeof load === 'function') (load as () => Promise<unknown>)().catch(() => undefined); // pages are lazy
    meta.messages?.[locale]().catch(() => undefined);
  }
  return ({ may }) => {
    for (const { page } of matched.map(({ meta }) => meta)) if (page && may(page.right)) page.askAhead?.();
  };
}

const placeOf = ({ page, query }: Home, asked: LocationQuery): RouteLocationRaw => ({
  name: page,
  query: { ...asked, ...query },
  replace: true,
});

function routesOf({ name, pages, messages }: Feature): RouteRecordRaw[] {
  return pages.flatMap((page) => {
    const route = {
      meta: { page, messages },
      component: page.component,
      beforeEnter: () => openCatalogue(name, messages),
    };
    // A route of its own: to the router, an alias is the same place, from which nothing leads to the other.
    const other = page.alias === undefined ? [] : [{ ...route, path: page.alias }];
    return [{ ...route, path: page.path, name: page.name }, ...other];
  });
}
