import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Problem } from '@alzette/kit/problems';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { IdentityParts } from '../parts.ts';
import { type Account, findAccount, isUsable } from '../store/accounts.ts';

/** The signed-in user of the account page. */
export interface AccountSession {
  readonly account: Account;
  /** The uid of the provider's session. */
  readonly uid: string;
  /** The form token (CSRF). Other sites can't know it. */
  readonly token: string;
  /**
   * Whether the user has just signed in. An older session may be used by somebody else, so it can't change credentials.
   */
  readonly isRecent: boolean;
}

/** Signs in again and returns to the account page. */
export const SIGN_IN_AGAIN = '/oidc/account/again';

const RECENT_SECONDS = 10 * 60;

/**
 * The signed-in user by the provider's cookie; undefined, after a redirect to sign in, if there is none. The answers
 * are not cached.
 */
export async function accountSession(
  parts: IdentityParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<AccountSession | undefined> {
  reply.header('cache-control', 'no-store');
  const provider = parts.provider();
  const session = await provider.Session.get(provider.createContext(request.raw, reply.raw));
  const account = session.accountId === undefined ? undefined : await findAccount(parts.db, session.accountId);
  if (account !== undefined && isUsable(account)) {
    const token = createHmac('sha256', parts.secrets.derive('account forms')).update(session.uid).digest('base64url');
    const isRecent = Date.now() / 1000 - (session.loginTs ?? 0) < RECENT_SECONDS;
    return { account, uid: session.uid, token, isRecent };
  }
  reply.redirect(signInAddress(parts.publicUrl), 303);
  return undefined;
}

/** @param prompt `login`: asks signed-in users again */
export function signInAddress(publicUrl: string, prompt?: 'login'): string {
  const to = new URL('/oidc/auth', publicUrl);
  // The code is not used, only the session that the sign-in creates.
  const challenge = createHash('sha256').update(randomBytes(32)).digest('base64url');
  to.search = new URLSearchParams({
    client_id: 'account',
    redirect_uri: `${publicUrl}/oidc/account`,
    response_type: 'code',
    scope: 'openid',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...(prompt && { prompt }),
  }).toString();
  return to.href;
}

/** @throws Problem: the form was not sent by our page */
export function checkToken({ token }: AccountSession, given: string): void {
  const [ours, theirs] = [Buffer.from(token), Buffer.from(given)];
  if (ours.length !== theirs.length || !timingSafeEqual(ours, theirs)) {
    throw new Problem(403, 'Forbidden', 'token: expected the token of the page');
  }
}
