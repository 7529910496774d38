import type { FastifyInstance } from 'fastify';
import { refused } from '../problems/problems.ts';
import { isStorable } from './unstorable-text.ts';

/** Refuses requests whose path or query contains text that can't be stored, with 400, before any route sees them. */
export function checkUrlTexts(scope: FastifyInstance): void {
  scope.addHook('onRequest', (request, _reply, done) => {
    try {
      checkTexts('path', request.params);
      checkTexts('query', request.query);
      done();
    } catch (error) {
      done(error as Error);
    }
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
