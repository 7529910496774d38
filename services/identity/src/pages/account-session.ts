import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Problem } from '@alzette/kit/problems';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { IdentityParts } from '../parts.ts';
import { type Account, findAccount, isUsable } from '../store/accounts.ts';

/** Whoever is signed in at the account page. */
export interface AccountSession {
  readonly account: Account;
  /** Of the provider's session. */
  readonly uid: string;
  /** What a form must bring back: other sites can't know it. */
  readonly token: string;
  /** Whether its user has just signed in. Others may have come by the session since, so ways to sign in are not changed by it. */
  readonly isRecent: boolean;
}

/** Where one signs in again, and comes back to the account page. */
export const SIGN_IN_AGAIN = '/oidc/account/again';

const RECENT_SECONDS = 10 * 60;

/** Who is signed in by the provider's cookie; undefined, and sent to sign in, when nobody is. No answer to them is stored. */
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

/** @param prompt `login`: also for who is signed in */
export function signInAddress(publicUrl: string, prompt?: 'login'): string {
  const to = new URL('/oidc/auth', publicUrl);
  // The code is of no use here: the session that comes with it is.
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

/** @throws Problem: the form was not on our page */
export function checkToken({ token }: AccountSession, given: string): void {
  const [ours, theirs] = [Buffer.from(token), Buffer.from(given)];
  if (ours.length !== theirs.length || !timingSafeEqual(ours, theirs)) {
    throw new Problem(403, 'Not from this page', 'token: expected that of the page');
  }
}
