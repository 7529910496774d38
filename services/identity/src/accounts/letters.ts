import type { IdentityParts } from '../parts.ts';
import { type Account, findAccount, updateAccount } from '../store/accounts.ts';
import type { EventKind, IdentityEvent } from '../store/events.ts';
import { newOneTimeToken, takeOneTimeToken } from '../store/one-time-tokens.ts';
import { fill, LANGUAGES } from '../texts/language.ts';

const MINUTES = { reset: 60, verify: 24 * 60, invite: 3 * 24 * 60 };

/** A link that lets its bearer choose the account's password: for an hour, or three days for a new account. */
export async function resetLink(
  { db, publicUrl }: Pick<IdentityParts, 'db' | 'publicUrl'>,
  account: Account,
  kind: 'reset' | 'invite',
): Promise<string> {
  const token = await newOneTimeToken(db, {
    account: account.id,
    purpose: 'reset',
    ...(account.email !== undefined && { email: account.email }),
    minutes: MINUTES[kind],
  });
  return `${publicUrl}/oidc/reset/${token}`;
}

/** Sends such a link to the account's own address. False when it has none, or there is no mail server. */
export async function sendResetLink(
  parts: IdentityParts,
  account: Account,
  kind: 'reset' | 'invite',
): Promise<boolean> {
  if (parts.mail === undefined || account.email === undefined) return false;
  const { mail } = LANGUAGES[account.language].words;
  const link = await resetLink(parts, account, kind);
  const text = fill(kind === 'reset' ? mail.resetText : mail.inviteText, { link, name: account.username });
  await parts.mail.send({ to: account.email, subject: mail[kind], text });
  return true;
}

/** Sends a link that proves the account's address to be its own. False as for `sendResetLink`. */
export async function sendVerificationLink(parts: IdentityParts, account: Account): Promise<boolean> {
  if (parts.mail === undefined || account.email === undefined) return false;
  const token = await newOneTimeToken(parts.db, {
    account: account.id,
    purpose: 'verify',
    email: account.email,
    minutes: MINUTES.verify,
  });
  const { mail } = LANGUAGES[account.language].words;
  const link = `${parts.publicUrl}/oidc/verify/${token}`;
  await parts.mail.send({ to: account.email, subject: mail.verify, text: fill(mail.verifyText, { link }) });
  return true;
}

/** What its owner is told of, so that they learn what somebody else has done. */
const TOLD: ReadonlySet<EventKind> = new Set(['password-changed', 'second-factor-added', 'second-factor-removed']);

/** Tells an account's owner by e-mail of a change to how they sign in, where there is an address and a mail server. */
export async function tellOwner(parts: IdentityParts, { kind, account: id }: IdentityEvent): Promise<void> {
  if (parts.mail === undefined || id === undefined || !TOLD.has(kind)) return;
  const account = await findAccount(parts.db, id);
  if (account?.email === undefined) return;
  const { words } = LANGUAGES[account.language];
  await sendNotice(parts, account, account.email, words.event[kind] ?? kind);
}

/** Tells the address that an account had until now that it has another. */
export async function tellEarlierAddress(parts: IdentityParts, before: Account): Promise<void> {
  if (parts.mail === undefined || before.email === undefined) return;
  await sendNotice(parts, before, before.email, LANGUAGES[before.language].words.mail.addressChanged);
}

async function sendNotice({ mail, publicUrl }: IdentityParts, account: Account, to: string, what: string) {
  const { words } = LANGUAGES[account.language];
  const date = new Date().toLocaleString(account.language, {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: 'Europe/Paris',
  });
  const text = fill(words.mail.noticeText, { what, date, name: account.username, link: `${publicUrl}/oidc/account` });
  await mail?.send({ to, subject: words.mail.notice, text });
}

/** Takes the link's token; the address counts as verified when it is still the account's. False for a link that is no good. */
export async function verifyEmail({ db }: IdentityParts, token: string): Promise<boolean> {
  const owner = await takeOneTimeToken(db, token, 'verify');
  if (owner?.email == null) return false;
  return updateAccount(db, owner.account, { email: owner.email, emailVerified: true });
}
