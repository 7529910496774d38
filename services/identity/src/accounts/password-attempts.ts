import { createHash } from 'node:crypto';

/** Thrown where a password is not tried, for too many were wrong. */
export class TooManyAttempts extends Error {
  readonly seconds: number;

  /** @param seconds until another is let in */
  constructor(seconds: number) {
    super(`Too many wrong passwords: the next is tried in ${seconds} s`);
    this.name = 'TooManyAttempts';
    this.seconds = seconds;
  }
}

/** What the throttle counts wrong passwords by: the account, or else the text that stands for one. */
export function passwordOf(whose: { readonly account: string } | { readonly name: string }): string {
  if ('account' in whose) return `password:${whose.account}`;
  const name = whose.name.normalize('NFKC').toLowerCase();
  return `password of nobody:${createHash('sha256').update(name).digest('base64url')}`;
}
