import type { FastifyInstance } from 'fastify';
import { refused } from './problems.ts';

const BODY_LIMIT = 1024 * 1024;

/** Lets a scope read JSON, whatever the application around it makes of JSON; what is none gets 400. */
export function readJsonBodies(scope: FastifyInstance): void {
  scope.removeContentTypeParser('application/json');
  const parse = scope.getDefaultJsonParser('error', 'error');
  scope.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit: BODY_LIMIT },
    (request, body, done) => {
      // No text of the database holds it.
      if (/\\u0000/.test(body as string)) done(refused('body', 'U+0000', 'text without it'));
      else parse(request, body as string, done); // parseAs: 'string'
    },
  );
}
