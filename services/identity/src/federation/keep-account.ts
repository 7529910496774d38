import { Problem } from '@alzette/kit/problems';
import { changeAccount, differs } from '../accounts/revoking.ts';
import type { IdentityParts } from '../parts.ts';
import { type Account, type AccountChange, createAccount } from '../store/accounts.ts';
import { listGroups, listOrganisations, listRoles } from '../store/catalogue.ts';

/** A user as a directory or an external provider describes them. */
export interface Stranger {
  /** `directory:NAME` or `provider:NAME`. */
  readonly source: string;
  readonly username: string;
  readonly email?: string;
  readonly emailVerified?: boolean;
  readonly givenName?: string;
  readonly familyName?: string;
  readonly organisation?: string;
  readonly distinguishedName?: string;
  /** Names of the groups and roles of the source. */
  readonly groups: readonly string[];
  readonly roles?: readonly string[];
}

/** Our groups and roles by those of the source. */
interface Mapping {
  readonly groups?: { readonly [theirs: string]: string } | undefined;
  readonly roles?: { readonly [theirs: string]: string } | undefined;
}

export type SavedAccount = { readonly id: string; readonly outcome: 'created' | 'updated' | 'same' };

/**
 * Creates or updates the account of a user from another source. Mapped groups and roles follow the source; others that
 * were granted here stay. Tokens with other rights are revoked.
 *
 * @throws Problem: the name or the address belongs to another account
 */
export async function keepAccount(
  parts: IdentityParts,
  stranger: Stranger,
  mapping: Mapping,
  known: Account | undefined,
): Promise<SavedAccount> {
  const { db } = parts;
  const groups = await merged(mapping.groups, stranger.groups, known?.groups, () => listGroups(db));
  const roles = await merged(mapping.roles, stranger.roles ?? [], known?.roles, () => listRoles(db));
  const { organisation } = stranger;
  const isThere = organisation !== undefined && (await listOrganisations(db)).some(({ id }) => id === organisation);
  const change: AccountChange = {
    ...(stranger.email !== undefined && { email: stranger.email, emailVerified: stranger.emailVerified ?? false }),
    ...(stranger.givenName !== undefined && { givenName: stranger.givenName }),
    ...(stranger.familyName !== undefined && { familyName: stranger.familyName }),
    ...(stranger.distinguishedName !== undefined && { distinguishedName: stranger.distinguishedName }),
    ...(isThere && { organisation }),
    groups,
    roles,
  };
  if (known === undefined) {
    const id = await createAccount(db, { ...change, username: stranger.username, source: stranger.source });
    await parts.record({ kind: 'account-created', account: id, detail: { source: stranger.source } });
    return { id, outcome: 'created' };
  }
  if (!differs(known, change)) return { id: known.id, outcome: 'same' };
  await changeAccount(parts, known, change);
  return { id: known.id, outcome: 'updated' };
}

/** Disables an account that its directory no longer has. */
export async function closeAccount(parts: IdentityParts, known: Account): Promise<void> {
  await changeAccount(parts, known, { enabled: false });
  await parts.record({ kind: 'account-changed', account: known.id, detail: { members: ['enabled'], by: 'directory' } });
}

async function merged(
  mapping: Mapping['groups'],
  theirs: readonly string[],
  own: readonly string[] = [],
  list: () => Promise<readonly { readonly id: string }[]>,
): Promise<string[]> {
  const managed = Object.values(mapping ?? {});
  if (managed.length === 0) return [...own];
  const existing = new Set((await list()).map(({ id }) => id));
  const lower = new Map(Object.entries(mapping ?? {}).map(([name, ours]) => [name.toLowerCase(), ours]));
  const mapped = theirs.flatMap((name) => lower.get(name.toLowerCase()) ?? []).filter((id) => existing.has(id));
  return [...new Set([...own.filter((id) => !managed.includes(id)), ...mapped])].sort();
}

/** The message of a refusal, for a report. @throws any other error */
export function reasonOf(error: unknown): string {
  if (error instanceof Problem) return error.message;
  throw error;
}
