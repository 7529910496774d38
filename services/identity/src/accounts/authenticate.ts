import { signInByDirectory } from '../federation/directories.ts';
import type { IdentityParts } from '../parts.ts';
import { type Account, findAccount, findAccountByName, isUsable, passwordHash } from '../store/accounts.ts';
import { admitAttempt, succeeded } from '../store/throttle.ts';
import { isPasswordOf } from './password-hash.ts';

export const ADMINISTRATOR = 'administrator';

export type PasswordVerdict =
  | { readonly verdict: 'right'; readonly account: Account }
  | { readonly verdict: 'wrong' }
  | { readonly verdict: 'blocked'; readonly seconds: number };

/** Checks a name and password, ours or a directory's. Wrong ones are counted; too many shut the door for a while. */
export async function checkPassword(
  parts: IdentityParts,
  { name, password, address }: { name: string; password: string; address: string },
): Promise<PasswordVerdict> {
  const { db } = parts;
  const attempt = { name, address };
  const seconds = await admitAttempt(db, attempt);
  if (seconds > 0) return { verdict: 'blocked', seconds };
  const account = await accountWith(parts, name, password);
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
  await succeeded(db, attempt);
  return { verdict: 'right', account };
}

async function accountWith(parts: IdentityParts, name: string, password: string): Promise<Account | undefined> {
  const known = await findAccountByName(parts.db, name);
  if (known === undefined || known.source.startsWith('directory:')) {
    const id = await signInByDirectory(parts, name, password, known);
    if (id !== undefined) return findAccount(parts.db, id);
  }
  const hash = known?.source.startsWith('directory:') ? undefined : known && (await passwordHash(parts.db, known.id));
  return (await isPasswordOf(hash, password)) ? known : undefined;
}

export type NextStep = 'second-factor' | 'enrol' | 'new-password' | 'done';

/** What is still owed of a sign-in after some factors. */
export function nextStep(account: Account, amr: readonly string[]): NextStep {
  const isSecond = amr.some((factor) => factor === 'otp' || factor === 'hwk' || factor === 'mfa');
  if (!isSecond && (account.hasTotp || account.passkeys > 0)) return 'second-factor';
  if (!isSecond && account.effectiveRoles.includes(ADMINISTRATOR) && !account.isBreakGlass) return 'enrol';
  if (account.mustChangePassword && amr.includes('pwd')) return 'new-password';
  return 'done';
}
