import type { IdentityParts } from '../parts.ts';
import { type Account, deleteAccount } from '../store/accounts.ts';
import { eventsOf } from '../store/events.ts';
import { externalAccountsOf, forgetEventsOf } from '../store/personal-data.ts';
import { deleteRecordsOf, sessionsOf } from '../store/records.ts';
import { passkeysOf } from '../store/second-factors.ts';
import { vouchedOf } from '../store/vouched.ts';

/** All data that identity stores about a person, as JSON (GDPR, articles 15 and 20). */
export async function exportAccount(parts: IdentityParts, account: Account, address: string) {
  const { db, secrets } = parts;
  const { id } = account;
  const passkeys = await passkeysOf(db, id);
  const sessions = await sessionsOf(db, secrets, id);
  const data = {
    exportedAt: new Date().toISOString(),
    account,
    passkeys: passkeys.map(({ name, createdAt, lastUsedAt }) => ({
      name,
      createdAt,
      ...(lastUsedAt && { lastUsedAt }),
    })),
    sessions: sessions.map(({ signedInAt, clients }) => ({ signedInAt, clients })),
    vouched: await vouchedOf(db, secrets, id),
    externalAccounts: await externalAccountsOf(db, id),
    events: await eventsOf(db, id),
  };
  await parts.record({ kind: 'account-exported', account: id, address });
  return data;
}

/** A sign-in that has found the account before it is erased has issued its tokens by then. */
const SIGN_IN_MS = 60 * 60_000;

/**
 * Erases an account permanently (GDPR, article 17): its row, sessions, keys, links, and its entries in the log. The log
 * keeps that an account was erased, under an id that can't be linked to a person. Tokens are revoked and services forget
 * first, because erasing can be repeated only while there is an account.
 */
export async function eraseAccount(parts: IdentityParts, id: string): Promise<void> {
  await parts.recording({ kind: 'account-erased', account: id }, async () => {
    await parts.revokeTokens(id, new Date(Date.now() + SIGN_IN_MS));
    await parts.forget(id);
    await parts.db.transaction(async (tx) => {
      await deleteRecordsOf(tx, id);
      await forgetEventsOf(tx, id);
      await deleteAccount(tx, id);
    });
    return true;
  });
}
