import type { FastifyInstance } from 'fastify';

const BODY_LIMIT = 1024 * 1024;

/** Lets a scope read JSON, whatever the application around it makes of JSON; what is none gets 400. */
export function readJsonBodies(scope: FastifyInstance): void {
  scope.removeContentTypeParser('application/json');
  scope.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit: BODY_LIMIT },
    scope.getDefaultJsonParser('error', 'error'),
  );
}
