import { NgsiLdError } from '../model/errors.ts';

/** 401: the token or key is invalid, or one is required. `challenge` is the value of WWW-Authenticate (RFC 6750). */
export class Unauthenticated extends NgsiLdError {
  readonly challenge: string;

  /** @param more further parameters of the challenge, already formatted */
  constructor(detail: string, error?: 'invalid_token' | 'invalid_request' | typeof STEP_UP, more = '') {
    super('Unauthenticated', detail);
    const why = error === undefined ? '' : `, error="${error}", error_description="${plain(detail)}"`;
    this.challenge = REALM + why + more;
  }
}

const STEP_UP = 'insufficient_user_authentication';

/** 401: the user must have signed in within this many seconds (RFC 9470, 3). */
export function signInAgain(maxAge: number): Unauthenticated {
  const detail = `Expected a token of a user who signed in within the last ${maxAge / 60} minutes (its claim auth_time): sign in again`;
  return new Unauthenticated(detail, STEP_UP, `, max_age="${maxAge}"`);
}

/** 403: the caller is known but lacks the right. */
export function denied(detail: string): NgsiLdError {
  return new NgsiLdError('AccessDenied', detail);
}

const REALM = 'Bearer realm="alzette"';

function plain(text: string): string {
  return text.replace(/[^\x20-\x7e]|["\\]/g, '?').slice(0, 200);
}
