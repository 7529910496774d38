import { randomInt } from 'node:crypto';
import type { IdentityParts } from '../parts.ts';
import { type Account, setPasswordHash } from '../store/accounts.ts';
import { deleteRecordsOf } from '../store/records.ts';
import { hashPassword } from './password-hash.ts';
import { type PasswordFault, passwordFault } from './password-policy.ts';

/** Letters and digits that are not taken for one another. */
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';

/** Some 140 bits, in groups that can be read out. */
export function newPassword(): string {
  const group = () => Array.from({ length: 6 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  return [group(), group(), group(), group()].join('-');
}

/**
 * Gives an account a password of its choice and ends all its sessions.
 *
 * @returns why the password can't be taken, or undefined when it is
 */
export async function changePassword(
  { db, record, revokeTokens }: IdentityParts,
  account: Account,
  password: string,
): Promise<PasswordFault | undefined> {
  const { username, email, givenName, familyName } = account;
  const fault = passwordFault(password, [username, email ?? '', givenName, familyName, 'Alzette']);
  if (fault !== undefined) return fault;
  await setPasswordHash(db, account.id, await hashPassword(password), false);
  await deleteRecordsOf(db, account.id);
  await revokeTokens(account.id);
  await record({ kind: 'password-changed', account: account.id });
  return undefined;
}
