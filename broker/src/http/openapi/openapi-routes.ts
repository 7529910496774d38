import type { FastifyInstance } from 'fastify';
import { sendJson } from '../answers/send-json.ts';
import { PRODUCT_VERSION } from '../version.ts';
import { type KnownRoute, openApiDocument } from './openapi-document.ts';

const DOCUMENTED_METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);

/** `/openapi`: documents all routes registered after this one. */
export function openApiRoutes(app: FastifyInstance, publicUrl: string): void {
  const routes: KnownRoute[] = [];
  app.addHook('onRoute', (route) => {
    const { method, url, config } = route;
    if (config?.isRefusal || url.endsWith('*')) return; // pages and files are not part of the API
    for (const one of [method].flat()) {
      if (!DOCUMENTED_METHODS.has(one)) continue;
      // Its configuration is read later, because an encapsulated scope may still add to it.
      const known: KnownRoute = {
        method: one,
        url,
        get operation() {
          return route.config?.operation;
        },
        get description() {
          return route.config?.openapi;
        },
        get access() {
          return route.config?.access;
        },
        get objects() {
          return route.config?.objects;
        },
        get audited() {
          return route.config?.audited;
        },
      };
      routes.push(known);
    }
  });
  let document: object | undefined;
  for (const path of ['/openapi', '/openapi.json']) {
    app.get(path, { config: { access: 'nothing', anyTenant: true } }, (_request, reply) => {
      document ??= openApiDocument(routes, publicUrl, PRODUCT_VERSION);
      return sendJson(reply, document);
    });
  }
}
