import type { Database } from '@alzette/kit/database';
import { type Account, createAccount, findAccount, findAccountByName, listAccounts } from '../store/accounts.ts';
import { recordEvent } from '../store/events.ts';
import { prepareCatalogue } from './first-run.ts';
import { resetLink } from './letters.ts';

type NewAccount = Pick<Account, 'username' | 'roles'> & Partial<Pick<Account, 'email' | 'organisation'>>;

const MOST = 1000;
const BY = { by: 'command line' };

/** The first thousand accounts, by name. */
export function accountNames(db: Database): Promise<Account[]> {
  return listAccounts(db, { limit: MOST });
}

/** Creates an account, for an operator with access to the database. @returns a link for choosing its password */
export async function makeAccount(db: Database, publicUrl: string, account: NewAccount): Promise<string> {
  await prepareCatalogue(db, []);
  const id = await createAccount(db, account);
  await recordEvent(db, { kind: 'account-created', account: id, detail: BY });
  return resetLink({ db, publicUrl }, (await findAccount(db, id)) as Account, 'invite'); // created just before
}

/** A link for choosing a new password; undefined: there is no such account. */
export async function linkForAccount(db: Database, publicUrl: string, username: string): Promise<string | undefined> {
  const account = await findAccountByName(db, username);
  if (account === undefined) return undefined;
  await recordEvent(db, { kind: 'password-reset-asked', account: account.id, detail: BY });
  return resetLink({ db, publicUrl }, account, 'reset');
}
