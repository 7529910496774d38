import type { FastifyInstance, FastifyRequest } from 'fastify';
import { refused } from '../problems/problems.ts';
import { isStorable } from './unstorable-text.ts';

const BYTES = 64 * 1024;

/** Lets a scope parse HTML forms: fields by name, as text; the last one if a field occurs twice. */
export function readForms(scope: FastifyInstance, bytes = BYTES): void {
  scope.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: bytes },
    (_request, body, done) => {
      const fields = Object.fromEntries(new URLSearchParams(body as string)); // parseAs: 'string'
      const odd = Object.entries(fields).find((entry) => !entry.every(isStorable));
      if (odd === undefined) done(null, fields);
      else done(refused(odd[0], odd[1], 'text without U+0000'));
    },
  );
}

/** A field of a form; '' when it is missing. */
export function formField(request: FastifyRequest, name: string): string {
  const { body } = request;
  const value = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
  return typeof value === 'string' ? value : '';
}
