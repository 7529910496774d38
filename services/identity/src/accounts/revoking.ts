import type { IdentityParts } from '../parts.ts';
import { type Account, type AccountChange, updateAccount } from '../store/accounts.ts';
import { deleteRecordsOf } from '../store/records.ts';

/** The members of an account that its tokens depend on. */
const RIGHTS: ReadonlySet<string> = new Set<keyof AccountChange>([
  'roles',
  'groups',
  'organisation',
  'enabled',
  'expiresAt',
]);

/**
 * Changes the rights of users or clients and revokes their access tokens, before and after the change. Before, because
 * a change that is repeated after a kill finds nothing to change; after, because of the tokens issued in between.
 */
export async function revoking<T>(
  { revokeTokens }: IdentityParts,
  subjects: readonly string[],
  change: () => Promise<T>,
): Promise<T> {
  for (const subject of subjects) await revokeTokens(subject);
  const result = await change();
  for (const subject of subjects) await revokeTokens(subject);
  return result;
}

/** Changes an account, and revokes its access tokens if they would have other rights. */
export async function changeAccount(parts: IdentityParts, known: Account, change: AccountChange): Promise<void> {
  const rights = Object.fromEntries(Object.entries(change).filter(([member]) => RIGHTS.has(member)));
  const save = async () => {
    await updateAccount(parts.db, known.id, change);
    if (change.enabled === false) await deleteRecordsOf(parts.db, known.id);
  };
  await revoking(parts, differs(known, rights) ? [known.id] : [], save);
}

/** Whether a change of an account changes anything. The order of roles and groups has no meaning. */
export function differs(known: Account, change: AccountChange): boolean {
  const text = (value: unknown) => JSON.stringify(Array.isArray(value) ? [...value].sort() : (value ?? null));
  return Object.entries(change).some(([member, value]) => text(known[member as keyof Account]) !== text(value));
}
