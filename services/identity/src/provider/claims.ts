import { createHash } from 'node:crypto';
import type { AccountClaims, KoaContextWithOIDC } from 'oidc-provider';
import type { Queryable } from '../database.ts';
import { type Account, findAccount, fullName, isUsable } from '../store/accounts.ts';
import { findClient } from '../store/clients.ts';

/** What each scope tells of a user. */
export const CLAIMS = {
  openid: ['sub'],
  profile: ['name', 'given_name', 'family_name', 'preferred_username', 'locale'],
  email: ['email', 'email_verified'],
  roles: ['roles', 'groups', 'organisation'],
};

/** What an access token may say its bearer wants to do; what it may do is for the policies of the API. */
export const API_SCOPES = ['alzette:read', 'alzette:write', 'alzette:administer'];

export function claimsOf(account: Account): AccountClaims {
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

/** The account behind `sub`, unless it may no longer sign in: then nothing more is issued to it. */
export function accountFinder(db: Queryable) {
  return async (_ctx: KoaContextWithOIDC, sub: string) => {
    const account = await findAccount(db, sub);
    return account && isUsable(account) ? { accountId: account.id, claims: async () => claimsOf(account) } : undefined;
  };
}

/**
 * `roles`, `groups` and `organisation` of an access token: of its user, with the session it came of, or of the client that
 * acts in its own name. `authority_at`: when that was so, in milliseconds; `iat` is too coarse to tell it from what was
 * revoked in the same second.
 */
export async function tokenClaims(
  db: Queryable,
  token: { accountId?: string; clientId?: string; sessionUid?: string },
) {
  const at = { authority_at: Date.now() }; // before it is read
  if (token.accountId !== undefined) {
    const account = await findAccount(db, token.accountId);
    const { sessionUid } = token;
    return (
      account && {
        ...authority(account.effectiveRoles, account.groups, account.organisation),
        ...at,
        ...(sessionUid !== undefined && { sid: sessionId(sessionUid) }),
      }
    );
  }
  const client = token.clientId === undefined ? undefined : await findClient(db, token.clientId);
  return client && { ...authority(client.roles, client.groups, client.organisation), ...at };
}

/** What tokens name their session by: of no use to find it with. */
export function sessionId(uid: string): string {
  return createHash('sha256').update(uid).digest('base64url').slice(0, 22);
}

function authority(roles: readonly string[], groups: readonly string[], organisation: string | undefined) {
  return { roles: [...roles], groups: [...groups], ...(organisation !== undefined && { organisation }) };
}
