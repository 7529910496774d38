import { randomInt } from 'node:crypto';
import type { IdentityParts } from '../parts.ts';
import { type Account, setPasswordHash } from '../store/accounts.ts';
import { deleteRecordsOf } from '../store/records.ts';
import { hashPassword } from './password-hash.ts';
import { type PasswordFault, passwordFault } from './password-policy.ts';
import { revoking } from './revoking.ts';

/** Letters and digits without those that look alike. */
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';

/** About 140 bits, in groups that are easy to read out. */
export function newPassword(): string {
  const group = () => Array.from({ length: 6 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  return [group(), group(), group(), group()].join('-');
}

/** Why the account can't have this password; undefined if it can. */
export function faultOfPassword(account: Account, password: string): PasswordFault | undefined {
  const { username, email, givenName, familyName } = account;
  return passwordFault(password, [username, email ?? '', givenName, familyName, 'Alzette']);
}

/**
 * Sets the password that the user chose and ends all sessions of the account.
 *
 * @returns why the password is refused; undefined if it is accepted
 */
export async function changePassword(
  parts: IdentityParts,
  account: Account,
  password: string,
): Promise<PasswordFault | undefined> {
  const fault = faultOfPassword(account, password);
  if (fault !== undefined) return fault;
  const hash = await hashPassword(password);
  await parts.recording({ kind: 'password-changed', account: account.id }, async () => {
    await revoking(parts, [account.id], () =>
      parts.db.transaction(async (transaction) => {
        await setPasswordHash(transaction, account.id, hash, false);
        await deleteRecordsOf(transaction, account.id);
      }),
    );
    return true;
  });
  return undefined;
}
