import type { Queryable } from '@alzette/kit/database';
import type { Language } from '@alzette/kit/languages';
import type { EventKind } from '../contract/settings.ts';
import type { IdentityParts } from '../parts.ts';
import { type Account, findAccount, isUsable, updateAccount } from '../store/accounts.ts';
import type { IdentityEvent } from '../store/events.ts';
import { newOneTimeToken, takeOneTimeToken } from '../store/one-time-tokens.ts';
import { fill, LANGUAGES } from '../texts/language.ts';

const MINUTES = { reset: 60, verify: 24 * 60, invite: 3 * 24 * 60 };

/** The verified address of a person with a usable account. @param subject of their tokens */
export async function letterAddress(
  db: Queryable,
  subject: string,
): Promise<{ readonly email: string; readonly language: Language } | undefined> {
  const account = await findAccount(db, subject);
  if (account?.email === undefined || !account.emailVerified || !isUsable(account)) return undefined;
  return { email: account.email, language: account.language };
}

/** A link for choosing the account's password, valid for an hour, or for three days for a new account. */
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

/** Accounts are of the whole installation. */
const INSTALLATION = '';

/** Mails such a link to the account's own address. False without an address or a mail server. */
export async function sendResetLink(
  parts: IdentityParts,
  account: Account,
  kind: 'reset' | 'invite',
): Promise<boolean> {
  if (parts.mail === undefined || account.email === undefined) return false;
  const { mail } = LANGUAGES[account.language].words;
  const link = await resetLink(parts, account, kind);
  const text = fill(kind === 'reset' ? mail.resetText : mail.inviteText, { link, name: account.username });
  await parts.mail.send({ tenant: INSTALLATION, to: account.email, subject: mail[kind], text });
  return true;
}

/** Mails a link that verifies the account's address. False as for `sendResetLink`. */
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
  await parts.mail.send({
    tenant: INSTALLATION,
    to: account.email,
    subject: mail.verify,
    text: fill(mail.verifyText, { link }),
  });
  return true;
}

/** Changes that the owner is notified of, so that they notice the acts of others. */
const ANNOUNCED_EVENTS: ReadonlySet<EventKind> = new Set([
  'password-changed',
  'second-factor-added',
  'second-factor-removed',
]);

/** Notifies an account's owner by e-mail of a change to their sign-in, if there is an address and a mail server. */
export async function tellOwner(parts: IdentityParts, { kind, account: id }: IdentityEvent): Promise<void> {
  if (parts.mail === undefined || id === undefined || !ANNOUNCED_EVENTS.has(kind)) return;
  const account = await findAccount(parts.db, id);
  if (account?.email === undefined) return;
  const { words } = LANGUAGES[account.language];
  await sendNotice(parts, account, account.email, words.event[kind] ?? kind);
}

/** Notifies the previous address of an account that the address has changed. */
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
  await mail?.send({ tenant: INSTALLATION, to, subject: words.mail.notice, text });
}

/** Consumes the link's token and verifies the address, if it is still the account's. False for an invalid link. */
export async function verifyEmail({ db }: IdentityParts, token: string): Promise<boolean> {
  const owner = await takeOneTimeToken(db, token, 'verify');
  if (owner?.email == null) return false;
  return updateAccount(db, owner.account, { email: owner.email, emailVerified: true });
}
