import { missing, refused } from '@alzette/kit/problems';
import { readNewAccount } from '../accounts/account-document.ts';
import { TooManyAttempts } from '../accounts/password-attempts.ts';
import type { SyncReport } from '../contract/federation.ts';
import type { IdentityParts } from '../parts.ts';
import { type Account, findAccountByName, listAccounts } from '../store/accounts.ts';
import { keepReport, openDirectories } from '../store/directories.ts';
import { closeAccount, keepAccount, reasonOf, type Stranger } from './keep-account.ts';
import { inDirectory, isPasswordIn, type OpenedDirectory, usersOf } from './ldap.ts';

const MAX_ACCOUNTS = 100_000;

/**
 * Signs a user in by a directory: finds the entry, checks the password, and updates the account. A directory that can't
 * be reached is skipped and logged.
 *
 * @param admit called before the password of an entry is tried
 * @returns the account; undefined: no such user or a wrong password
 * @throws TooManyAttempts: from `admit`
 */
export async function signInByDirectory(
  parts: IdentityParts,
  name: string,
  password: string,
  known: Account | undefined,
  admit: (stranger: Stranger) => Promise<void>,
): Promise<string | undefined> {
  const all = await openDirectories(parts.db, parts.secrets);
  for (const directory of all) {
    if (known !== undefined && known.source !== `directory:${directory.name}`) continue;
    try {
      const id = await signInAt(parts, directory, { name, password }, admit);
      if (id !== undefined) return id;
    } catch (error) {
      if (error instanceof TooManyAttempts) throw error;
      parts.logger.error({ err: error, directory: directory.name }, 'could not query a directory');
    }
  }
  return undefined;
}

async function signInAt(
  parts: IdentityParts,
  directory: OpenedDirectory,
  { name, password }: { name: string; password: string },
  admit: (stranger: Stranger) => Promise<void>,
): Promise<string | undefined> {
  const found = await inDirectory(directory, (client) => usersOf(client, directory, name));
  const [stranger] = found;
  if (stranger === undefined || found.length > 1) return undefined;
  await admit(stranger);
  if (!(await isPasswordIn(directory, stranger.distinguishedName as string, password))) return undefined;
  return (await keep(parts, directory, stranger)).id;
}

/**
 * Synchronises the accounts of a directory: creates new ones, and disables those that it no longer has.
 *
 * @throws Problem: there is no such directory; Error: it can't be reached, and nothing is changed
 */
export async function syncDirectory(parts: IdentityParts, name: string): Promise<SyncReport> {
  const { db } = parts;
  const directory = (await openDirectories(db, parts.secrets)).find((each) => each.name === name);
  if (directory === undefined) throw missing('directory', name);
  const found = await inDirectory(directory, (client) => usersOf(client, directory));
  const counts = { created: 0, updated: 0, same: 0 };
  const refusals: { entry: string; reason: string }[] = [];
  const present = new Set<string>();
  for (const stranger of found) {
    present.add(stranger.username.toLowerCase());
    try {
      counts[(await keep(parts, directory, stranger)).outcome] += 1;
    } catch (error) {
      refusals.push({ entry: stranger.distinguishedName ?? '', reason: reasonOf(error) });
    }
  }
  const own = await listAccounts(db, { limit: MAX_ACCOUNTS, source: `directory:${name}` });
  const removed = own.filter(({ username, enabled }) => enabled && !present.has(username));
  // A filter that finds no users is probably wrong, so then no accounts are disabled.
  if (found.length > 0) for (const account of removed) await closeAccount(parts, account);
  const report = {
    found: found.length,
    created: counts.created,
    updated: counts.updated,
    disabled: found.length > 0 ? removed.length : 0,
    refused: refusals,
  };
  await keepReport(db, name, report);
  await parts.record({
    kind: 'administration',
    detail: { act: 'directory.sync', name, ...report, refused: refusals.length },
  });
  return report;
}

/** Synchronises all enabled directories, one after the other. Errors are logged. */
export async function syncDirectories(parts: IdentityParts): Promise<void> {
  for (const { name } of await openDirectories(parts.db, parts.secrets)) {
    await syncDirectory(parts, name).catch((error: unknown) =>
      parts.logger.error({ err: error, directory: name }, 'could not synchronise a directory'),
    );
  }
}

async function keep(parts: IdentityParts, directory: OpenedDirectory, stranger: Stranger) {
  readNewAccount({ username: stranger.username, ...(stranger.email !== undefined && { email: stranger.email }) });
  const known = await findAccountByName(parts.db, stranger.username);
  const isOther = known !== undefined && known.source !== stranger.source;
  if (isOther) throw refused('username', stranger.username, 'one that no other account has', 409);
  return keepAccount(parts, stranger, { groups: directory.settings.groups }, known);
}
