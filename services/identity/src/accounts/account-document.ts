import { bodyReader, ID, IDS, object, TEXT } from '@alzette/kit/bodies';
import { LANGUAGES } from '@alzette/kit/languages';
import type { Account, AccountChange } from '../store/accounts.ts';

const MEMBERS = {
  username: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}$' },
  email: { type: 'string', format: 'email', maxLength: 254, nullable: true },
  givenName: TEXT,
  familyName: TEXT,
  language: { enum: LANGUAGES },
  organisation: { ...ID, nullable: true },
  roles: IDS,
  groups: IDS,
  enabled: { type: 'boolean' },
  expiresAt: { type: 'string', format: 'date-time', nullable: true },
};

interface AccountBody extends Omit<AccountChange, 'expiresAt'> {
  readonly expiresAt?: string | null;
}

/** `POST /ops/identity/users`. `invite`: send a mail with a link to choose a password. */
export const readNewAccount = bodyReader<AccountBody & { username: string; invite?: boolean }>(
  object({ ...MEMBERS, invite: { type: 'boolean' } }, ['username']),
);

/** `PATCH /ops/identity/users/:id`: a merge patch. */
export const readAccountChange = bodyReader<AccountBody>(object({ ...MEMBERS, emailVerified: { type: 'boolean' } }));

export function toChange({ expiresAt, ...rest }: AccountBody): AccountChange {
  if (expiresAt === undefined) return rest;
  return { ...rest, expiresAt: expiresAt === null ? null : new Date(expiresAt) };
}

/** An account for administrators, without its secrets. */
export function accountDocument(account: Account): object {
  return account;
}
