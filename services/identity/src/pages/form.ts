import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Html, html } from './html.ts';

/** Longest body of a form or a passkey's answer, bytes. */
const BODY_LIMIT = 64 * 1024;

/** Lets a scope read forms: fields by name, as text. */
export function readForms(scope: FastifyInstance): void {
  scope.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: BODY_LIMIT },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(body as string))), // parseAs: 'string'
  );
}

/** A field of a form; '' when it is missing. */
export function field(request: FastifyRequest, name: string): string {
  const { body } = request;
  const value = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
  return typeof value === 'string' ? value : '';
}

export function alarm(text: string | undefined): Html | undefined {
  return text === undefined ? undefined : html`<p class="notice alarm" role="alert" id="alarm">${text}</p>`;
}

export function notice(text: string | undefined): Html | undefined {
  return text === undefined ? undefined : html`<p class="notice" role="status">${text}</p>`;
}
