import type { Database } from '@alzette/kit/database';
import type { Organisation } from '../contract/catalogue.ts';
import { createAccount, findAccountByName, setPasswordHash, updateAccount } from '../store/accounts.ts';
import { ADMINISTRATOR, keepCatalogue } from '../store/catalogue.ts';
import { recordEvent } from '../store/events.ts';
import { forgetFailures } from '../store/throttle.ts';
import { passwordOf } from './password-attempts.ts';
import { hashPassword } from './password-hash.ts';
import { newPassword } from './passwords.ts';

/** The initial roles of a territory. The policies of the API define their rights. */
const ROLES = [
  { id: ADMINISTRATOR, description: 'May do everything' },
  { id: 'operator', description: 'Operates the equipment' },
  { id: 'duty', description: 'Watches alarms at night' },
  { id: 'analyst', description: 'Reads everything' },
  { id: 'contractor', description: 'Works for an organisation on its equipment' },
  { id: 'elected', description: 'Follows the territory in five figures' },
  { id: 'citizen', description: 'Has an account in the app' },
];

const LOCK = `SELECT pg_advisory_xact_lock(hashtextextended('alzette.identity.first-run', 0))`;
const COUNT = 'SELECT count(*)::int AS count FROM identity.account';

/** Creates the initial roles and organisations, unless there are some. */
export async function prepareCatalogue(db: Database, organisations: readonly Organisation[]): Promise<void> {
  await keepCatalogue(db, { roles: ROLES, organisations });
}

/**
 * Creates the first administrator, if there are no accounts.
 *
 * @returns its password, which is not stored in clear text; undefined if there are accounts
 */
export async function firstAdministrator(db: Database): Promise<{ username: string; password: string } | undefined> {
  const password = newPassword();
  const hash = await hashPassword(password);
  return db.transaction(async (tx) => {
    await tx.query({ text: LOCK });
    if ((await tx.query<{ count: number }>({ text: COUNT })).rows[0]?.count !== 0) return undefined;
    const username = 'admin';
    const id = await createAccount(tx, { username, roles: [ADMINISTRATOR] });
    await setPasswordHash(tx, id, hash, true);
    await recordEvent(tx, { kind: 'account-created', account: id, detail: { by: 'first run' } });
    return { username, password };
  });
}

const BREAK_GLASS = 'break-glass';

/**
 * For an emergency in which nobody can sign in: an administrator for some hours, with a new password and no second
 * factor. Only a person with access to the database can call this. The log of identity has it, the audit each sign-in.
 */
export async function breakGlass(
  db: Database,
  hours: number,
): Promise<{ username: string; password: string; expiresAt: Date }> {
  await prepareCatalogue(db, []);
  const password = newPassword();
  const expiresAt = new Date(Date.now() + hours * 3_600_000);
  const change = { roles: [ADMINISTRATOR], isBreakGlass: true, enabled: true, expiresAt };
  const known = await findAccountByName(db, BREAK_GLASS);
  const id = known?.id ?? (await createAccount(db, { ...change, username: BREAK_GLASS }));
  if (known) await updateAccount(db, id, change);
  await setPasswordHash(db, id, await hashPassword(password), false);
  await forgetFailures(db, passwordOf({ account: id })); // earlier failures may have blocked it
  await recordEvent(db, { kind: 'break-glass', account: id, detail: { act: 'opened', until: expiresAt } });
  return { username: BREAK_GLASS, password, expiresAt };
}
