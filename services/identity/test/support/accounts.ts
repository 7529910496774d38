import { randomUUID } from 'node:crypto';
import type { Database } from '@alzette/kit/database';
import { hashPassword } from '../../src/accounts/password-hash.ts';
import { type AccountChange, createAccount, setPasswordHash } from '../../src/store/accounts.ts';

export const PASSWORD = 'canal-Tilleul-48-forge';

let hash: Promise<string> | undefined;

/** A new account for one test, with `PASSWORD`. */
export async function newAccount(db: Database, change: AccountChange = {}): Promise<{ id: string; username: string }> {
  const username = `u-${randomUUID().slice(0, 8)}`;
  const id = await createAccount(db, { username, givenName: 'Test', familyName: username, ...change });
  hash ??= hashPassword(PASSWORD);
  await setPasswordHash(db, id, await hash, false);
  return { id, username };
}
