import { Problem } from '@alzette/kit/problems';
import type { IdentityParts } from '../parts.ts';
import { type Account, findAccount, findAccountByName } from '../store/accounts.ts';
import { ADMINISTRATOR } from '../store/catalogue.ts';
import { keepIdToken, linkAccount, linkedAccount } from '../store/external-providers.ts';
import { keepVouched, type VouchedClaims } from '../store/vouched.ts';
import { claimOf, type ExternalUser } from './external-sign-in.ts';
import { keepAccount, type Stranger } from './keep-account.ts';

/**
 * The account of an external user: the linked one, one with the same verified address if that is allowed, or a new one.
 * Undefined if there is none.
 */
export async function accountOfExternal(parts: IdentityParts, user: ExternalUser): Promise<string | undefined> {
  const { db } = parts;
  const { provider, claims } = user;
  const linked = await linkedAccount(db, provider.name, claims.sub);
  const known = linked === undefined ? undefined : await findAccount(db, linked);
  const id = known === undefined ? await newcomer(parts, user) : await follow(parts, user, known);
  if (id === undefined) return undefined;
  await linkAccount(db, provider.name, claims.sub, id);
  await rememberExternal(parts, user);
  return id;
}

/** Stores the ID token that the provider needs at sign-out, and what it vouches for. */
export async function rememberExternal({ db, secrets }: IdentityParts, user: ExternalUser): Promise<void> {
  const link = { provider: user.provider.name, subject: user.claims.sub };
  await keepIdToken(db, secrets, { ...link, idToken: user.idToken });
  await keepVouched(db, secrets, link, { at: new Date().toISOString(), claims: vouchedClaims(user) });
}

/** What the provider says of the person itself; an address only if it has checked it. */
function vouchedClaims({ claims }: ExternalUser): VouchedClaims {
  const text = (name: string) => {
    const value = claims[name];
    return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, 200) : undefined;
  };
  // ProConnect uses usual_name.
  const [givenName, familyName] = [text('given_name'), text('family_name') ?? text('usual_name')];
  const [birthDate, email, siret] = [text('birthdate'), text('email'), text('siret')];
  return {
    ...(givenName !== undefined && { givenName }),
    ...(familyName !== undefined && { familyName }),
    // A year or month alone is not a day.
    ...(birthDate !== undefined && isDay(birthDate) && { birthDate }),
    ...(email !== undefined && claims.email_verified === true && { email }),
    ...(siret !== undefined && /^\d{14}$/.test(siret) && { siret }),
  };
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(text).toJSON()?.startsWith(text) === true;
}

/** Authentication methods by RFC 8176: `fed`, and `mfa` if the provider checked a second factor. */
export function factorsOf({ provider, claims }: ExternalUser): string[] {
  const amr = Array.isArray(claims.amr) ? claims.amr.map(String) : [];
  const isSecond =
    amr.some((factor) => ['mfa', 'otp', 'hwk', 'swk', 'sc'].includes(factor)) ||
    provider.settings.secondFactorAcr?.includes(String(claims.acr)) === true;
  return isSecond ? ['fed', 'mfa'] : ['fed'];
}

/** For accounts that a provider created, its data are authoritative. For others it only authenticates. */
async function follow(parts: IdentityParts, user: ExternalUser, known: Account): Promise<string> {
  const stranger = strangerOf(user);
  if (known.source === stranger.source) await keepAccount(parts, stranger, user.provider.settings, known);
  return known.id;
}

async function newcomer(parts: IdentityParts, user: ExternalUser): Promise<string | undefined> {
  const { settings } = user.provider;
  const stranger = strangerOf(user);
  const same = stranger.email === undefined ? undefined : await findAccountByName(parts.db, stranger.email);
  if (same !== undefined) {
    const isVouchedFor = stranger.emailVerified === true && same.emailVerified;
    const isAdministrator = same.effectiveRoles.includes(ADMINISTRATOR) || same.isBreakGlass;
    return settings.linksByEmail === true && isVouchedFor && !isAdministrator ? same.id : undefined;
  }
  if (settings.createsAccounts === false) return undefined;
  for (const suffix of ['', `.${user.provider.name}`, `.${user.claims.sub.slice(0, 8)}`]) {
    const username = stranger.username + suffix;
    if ((await findAccountByName(parts.db, username)) !== undefined) continue;
    return (await keepAccount(parts, { ...stranger, username }, settings, undefined)).id;
  }
  throw new Problem(409, 'Already exists', `All names for ${stranger.username} are taken`);
}

function strangerOf({ provider, claims }: ExternalUser): Stranger {
  const { name, settings } = provider;
  const text = (path: string) => {
    const value = claimOf(claims, path);
    return typeof value === 'string' && value !== '' ? value.slice(0, 200) : undefined;
  };
  const list = (path: string) => {
    const value = claimOf(claims, path);
    return (Array.isArray(value) ? value : typeof value === 'string' ? value.split(' ') : []).map(String);
  };
  const [email, givenName] = [text('email'), text('given_name')];
  // ProConnect uses usual_name.
  const familyName = text('family_name') ?? text('usual_name');
  const wished = text(settings.claims?.username ?? 'preferred_username') ?? email ?? claims.sub;
  const username = wished
    .replace(/[^A-Za-z0-9._@+-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 80);
  return {
    source: `provider:${name}`,
    username: username || `user-${claims.sub.slice(0, 12).replace(/[^A-Za-z0-9]/g, '')}`,
    ...(email !== undefined && { email, emailVerified: claims.email_verified === true }),
    ...(givenName !== undefined && { givenName }),
    ...(familyName !== undefined && { familyName }),
    ...(settings.organisation !== undefined && { organisation: settings.organisation }),
    groups: list(settings.claims?.groups ?? 'groups'),
    roles: list(settings.claims?.roles ?? 'roles'),
  };
}
