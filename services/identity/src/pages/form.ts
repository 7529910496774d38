import type { FastifyInstance, FastifyRequest } from 'fastify';
import { refused } from '../problems.ts';
import type { Words } from './fr.ts';
import { type Html, html } from './html.ts';

/** Longest body of a form or a passkey's answer, bytes. */
const BODY_LIMIT = 64 * 1024;

/** Lets a scope read forms: fields by name, as text. */
export function readForms(scope: FastifyInstance): void {
  scope.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: BODY_LIMIT },
    (_request, body, done) => {
      const fields = Object.fromEntries(new URLSearchParams(body as string)); // parseAs: 'string'
      const odd = Object.entries(fields).find((entry) => entry.some((text) => text.includes('\u0000')));
      if (odd === undefined) done(null, fields);
      else done(refused(odd[0], odd[1], 'text without U+0000'));
    },
  );
}

/** A field of a form; '' when it is missing. */
export function field(request: FastifyRequest, name: string): string {
  const { body } = request;
  const value = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
  return typeof value === 'string' ? value : '';
}

/** A field for a password that is known, or for a new one with what is asked of it; to go with `password.js`. */
export function passwordField(
  words: Words,
  { label, name, isNew }: { label: string; name: string; isNew: boolean },
): Html {
  if (!isNew) {
    return html`<label>${label}<input name="${name}" type="password" autocomplete="current-password" required></label>`;
  }
  return html`<label>${label}<input id="${name}" name="${name}" type="password" autocomplete="new-password" required aria-describedby="policy"></label>
<meter data-of="${name}" min="0" max="1" low="0.5" high="0.99" optimum="1" value="0" aria-label="${words.strength}" hidden></meter>
<p class="hint" id="policy">${words.policy}</p>`;
}

/** Shows what is typed into the passwords of its form. */
export function showPassword(words: Words): Html {
  return html`<label class="check" hidden><input type="checkbox" data-shows>${words.showPassword}</label>`;
}

export function alarm(text: string | undefined): Html | undefined {
  return text === undefined ? undefined : html`<p class="notice alarm" role="alert" id="alarm">${text}</p>`;
}

export function notice(text: string | undefined): Html | undefined {
  return text === undefined ? undefined : html`<p class="notice" role="status">${text}</p>`;
}
