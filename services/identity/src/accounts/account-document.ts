import { bodyReader } from '@alzette/kit/bodies';
import { type AccountChange as ChangeDocument, NewAccount } from '../contract/users.ts';
import type { AccountChange } from '../store/accounts.ts';

/** Checks an account that is made from a file or a directory as one made by a request. */
export const readNewAccount = bodyReader<NewAccount>(NewAccount);

export function toChange({ expiresAt, ...rest }: ChangeDocument): AccountChange {
  if (expiresAt === undefined) return rest;
  return { ...rest, expiresAt: expiresAt === null ? null : new Date(expiresAt) };
}
