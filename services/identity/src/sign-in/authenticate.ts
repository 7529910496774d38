import { passwordOf, TooManyAttempts } from '../accounts/password-attempts.ts';
import { isPasswordOf } from '../accounts/password-hash.ts';
import { signInByDirectory } from '../federation/directories.ts';
import type { Stranger } from '../federation/keep-account.ts';
import type { IdentityParts } from '../parts.ts';
import { type Account, findAccount, findAccountByName, isUsable, passwordHash } from '../store/accounts.ts';
import { ADMINISTRATOR } from '../store/catalogue.ts';
import { type Attempt, admitAttempt, succeeded } from '../store/throttle.ts';

type PasswordVerdict =
  | { readonly verdict: 'right'; readonly account: Account }
  | { readonly verdict: 'wrong' }
  | { readonly verdict: 'blocked'; readonly seconds: number };

interface PasswordAttempt {
  readonly name: string;
  readonly password: string;
  readonly address: string;
  /** The id of the browser, if it has signed in to this account before. */
  readonly browserOf: (account: string) => string | undefined;
}

/**
 * Checks a name and password, ours or a directory's. Wrong passwords are counted; too many block further attempts for a
 * while.
 */
export async function checkPassword(parts: IdentityParts, given: PasswordAttempt): Promise<PasswordVerdict> {
  const { db } = parts;
  const { address } = given;
  const attempts = new Map<string, Attempt>();
  /** Counts once per account, whichever of its names was typed. */
  const admit = async (subject: string, account?: string) => {
    if (attempts.has(subject)) return;
    const browser = account === undefined ? undefined : given.browserOf(account);
    const attempt = { subject, address, browser };
    const seconds = await admitAttempt(db, attempt);
    if (seconds > 0) throw new TooManyAttempts(seconds);
    attempts.set(subject, attempt);
  };
  try {
    const account = await accountWith(parts, given, admit);
    if (account === undefined || !isUsable(account)) {
      await parts.record({
        kind: 'sign-in-failed',
        address,
        ...(account === undefined
          ? { detail: { reason: 'name or password' } }
          : { account: account.id, detail: { reason: 'disabled' } }),
      });
      return { verdict: 'wrong' };
    }
    for (const attempt of attempts.values()) await succeeded(db, attempt);
    return { verdict: 'right', account };
  } catch (error) {
    if (error instanceof TooManyAttempts) return { verdict: 'blocked', seconds: error.seconds };
    throw error;
  }
}

type Admit = (subject: string, account?: string) => Promise<void>;

async function accountWith(
  parts: IdentityParts,
  { name, password }: PasswordAttempt,
  admit: Admit,
): Promise<Account | undefined> {
  const known = await findAccountByName(parts.db, name);
  await (known === undefined ? admit(passwordOf({ name })) : admit(passwordOf({ account: known.id }), known.id));
  if (known === undefined || known.source.startsWith('directory:')) {
    const id = await signInByDirectory(parts, name, password, known, (stranger) =>
      admitStranger(parts, stranger, admit),
    );
    if (id !== undefined) return findAccount(parts.db, id);
  }
  const hash = known?.source.startsWith('directory:') ? undefined : known && (await passwordHash(parts.db, known.id));
  return (await isPasswordOf(hash, password)) ? known : undefined;
}

/**
 * Directories know their users by more names than we do, so attempts are counted for the account that the name leads
 * to.
 */
async function admitStranger(parts: IdentityParts, stranger: Stranger, admit: Admit): Promise<void> {
  const known = await findAccountByName(parts.db, stranger.username);
  if (known !== undefined) return admit(passwordOf({ account: known.id }), known.id);
  return admit(passwordOf({ name: `${stranger.source} ${stranger.distinguishedName}` }));
}

type NextStep = 'second-factor' | 'enrol' | 'new-password' | 'done';

/** The next step of a sign-in after some factors. */
export function nextStep(account: Account, amr: readonly string[]): NextStep {
  const isSecond = amr.some((factor) => factor === 'otp' || factor === 'hwk' || factor === 'mfa');
  if (!isSecond && (account.hasTotp || account.passkeys > 0)) return 'second-factor';
  if (!isSecond && account.effectiveRoles.includes(ADMINISTRATOR) && !account.isBreakGlass) return 'enrol';
  if (account.mustChangePassword && amr.includes('pwd')) return 'new-password';
  return 'done';
}
