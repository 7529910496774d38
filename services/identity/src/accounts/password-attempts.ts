import { createHash } from 'node:crypto';

/** Thrown when a password is not checked because too many were wrong. */
export class TooManyAttempts extends Error {
  readonly seconds: number;

  /** @param seconds until the next attempt is allowed */
  constructor(seconds: number) {
    super(`Too many wrong passwords: the next is tried in ${seconds} s`);
    this.name = 'TooManyAttempts';
    this.seconds = seconds;
  }
}

/** The subject that the throttle counts wrong passwords for: the account, or else the name as typed. */
export function passwordOf(whose: { readonly account: string } | { readonly name: string }): string {
  if ('account' in whose) return `password:${whose.account}`;
  const name = whose.name.normalize('NFKC').toLowerCase();
  return `password of nobody:${createHash('sha256').update(name).digest('base64url')}`;
}
