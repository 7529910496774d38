import type { FastifyInstance } from 'fastify';
import { type KnownRoute, openApiDocument } from './openapi-document.ts';
import { sendJson } from './send-json.ts';

const TOLD: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);

/** `/openapi`: all routes that are registered after this, as they say of themselves. */
export function openApiRoutes(app: FastifyInstance, publicUrl: string): void {
  const routes: KnownRoute[] = [];
  app.addHook('onRoute', ({ method, url, config }) => {
    if (config?.isRefusal || url.endsWith('*')) return; // pages and files are no API
    for (const one of [method].flat()) {
      if (!TOLD.has(one)) continue;
      routes.push({ method: one, url, operation: config?.operation, description: config?.openapi });
    }
  });
  let document: object | undefined;
  app.get(
    '/openapi',
    { config: { access: 'nothing', openapi: { summary: 'This document', answer: { type: 'object' } } } },
    (_request, reply) => {
      document ??= openApiDocument(routes, publicUrl);
      return sendJson(reply, document);
    },
  );
}
