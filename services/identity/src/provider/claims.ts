import { createHash } from 'node:crypto';
import type { Queryable } from '@alzette/kit/database';
import type { AccountClaims, KoaContextWithOIDC } from 'oidc-provider';
import { type Account, findAccount, fullName, isUsable } from '../store/accounts.ts';
import { findClient } from '../store/clients.ts';

/** The claims of each scope. */
export const CLAIMS = {
  openid: ['sub'],
  profile: ['name', 'given_name', 'family_name', 'preferred_username', 'locale'],
  email: ['email', 'email_verified'],
  roles: ['roles', 'groups', 'organisation'],
};

function claimsOf(account: Account): AccountClaims {
  return {
    sub: account.id,
    name: fullName(account),
    given_name: account.givenName,
    family_name: account.familyName,
    preferred_username: account.username,
    locale: account.language,
    ...(account.email !== undefined && { email: account.email, email_verified: account.emailVerified }),
    ...authority(account.effectiveRoles, account.groups, account.organisation),
  };
}

/** The account of a `sub`, unless it may no longer sign in; then nothing more is issued to it. */
export function accountFinder(db: Queryable) {
  return async (_ctx: KoaContextWithOIDC, sub: string) => {
    const account = await findAccount(db, sub);
    return account && isUsable(account) ? { accountId: account.id, claims: async () => claimsOf(account) } : undefined;
  };
}

/**
 * `roles`, `groups` and `organisation` of an access token: of its user, with the session, or of a client that acts in
 * its own name. `authority_at`: when these were read, in milliseconds, because `iat` is too coarse to compare with a
 * revocation in the same second. `auth_time`: when the user signed in (RFC 9068, 2.2.1), in seconds.
 */
export async function tokenClaims(
  db: Queryable,
  token: { accountId?: string; clientId?: string; sessionUid?: string },
  signedIn: number | undefined,
) {
  const at = { authority_at: Date.now() }; // before the account is read
  if (token.accountId !== undefined) {
    const account = await findAccount(db, token.accountId);
    const { sessionUid } = token;
    return (
      account && {
        ...authority(account.effectiveRoles, account.groups, account.organisation),
        ...at,
        ...(signedIn !== undefined && { auth_time: signedIn }),
        ...(sessionUid !== undefined && { sid: sessionId(sessionUid) }),
      }
    );
  }
  const client = token.clientId === undefined ? undefined : await findClient(db, token.clientId);
  return client && { ...authority(client.roles, client.groups, client.organisation), ...at };
}

/**
 * When the user of the issued token signed in; undefined if the token is not issued for a user's code or refresh token.
 */
export function signedInAt({ oidc: { entities } }: KoaContextWithOIDC): number | undefined {
  return (entities.AuthorizationCode ?? entities.RefreshToken ?? entities.DeviceCode)?.authTime;
}

/** The session id in tokens. The session can't be found by it. */
export function sessionId(uid: string): string {
  return createHash('sha256').update(uid).digest('base64url').slice(0, 22);
}

/** What policies know a person or a client by. */
export function authority(roles: readonly string[], groups: readonly string[], organisation: string | undefined) {
  return { roles: [...roles], groups: [...groups], ...(organisation !== undefined && { organisation }) };
}
