import { isStorable, parseJson, readJsonBodies } from '@alzette/kit/bodies';
import { refused } from '@alzette/kit/problems';
import type { FastifyInstance, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** The tenant that the request is for, as it was resolved and judged at the door; '' is the default tenant. */
    tenant: string;
  }
}

/** A profile has a codec of up to 1 MiB, written as a JSON string. */
const LONGEST_JSON = 4 * 1024 * 1024;
const DEEPEST_JSON = 64;

/**
 * Reads the requests of a scope: JSON of bounded size and depth, with no text that the database can't hold, neither in
 * the body nor in the path and the query. What is wrong is refused with 400, before any route sees it.
 */
export function readRequests(scope: FastifyInstance): void {
  const limits = { bytes: LONGEST_JSON, depth: DEEPEST_JSON };
  readJsonBodies(scope, limits);
  scope.removeContentTypeParser('application/ld+json');
  scope.addContentTypeParser(
    'application/ld+json',
    { parseAs: 'buffer', bodyLimit: limits.bytes },
    async (_request: FastifyRequest, body: Buffer) => parseJson(body, limits.depth),
  );
  scope.addHook('onRequest', async ({ params, query }) => {
    checkTexts('path', params);
    checkTexts('query', query);
  });
}

/** @throws Problem 400 */
function checkTexts(where: string, given: unknown): void {
  for (const [name, value] of Object.entries(given ?? {})) {
    const isText = [value].flat().every((text) => typeof text !== 'string' || isStorable(text));
    if (!isText || !isStorable(name)) {
      throw refused(`${name} in the ${where}`, value, 'text without U+0000 and half surrogate pairs');
    }
  }
}
