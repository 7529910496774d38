import { NgsiLdError } from '../model/errors.ts';

/** Neither token nor key counts, or one is needed: 401. `challenge` is the value of WWW-Authenticate (RFC 6750). */
export class Unauthenticated extends NgsiLdError {
  readonly challenge: string;

  constructor(detail: string, error?: 'invalid_token' | 'invalid_request') {
    super('Unauthenticated', detail);
    this.challenge = error === undefined ? REALM : `${REALM}, error="${error}", error_description="${plain(detail)}"`;
  }
}

/** 403: who asks is known and may not. */
export function denied(detail: string): NgsiLdError {
  return new NgsiLdError('AccessDenied', detail);
}

/** 429, with the seconds until it may be tried again. */
export class LimitReached extends NgsiLdError {
  readonly retryAfterS: number;

  constructor(detail: string, retryAfterS: number) {
    super('LimitReached', detail);
    this.retryAfterS = retryAfterS;
  }
}

const REALM = 'Bearer realm="alzette"';

function plain(text: string): string {
  return text.replace(/[^\x20-\x7e]|["\\]/g, '?').slice(0, 200);
}
