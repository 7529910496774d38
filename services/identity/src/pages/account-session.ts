import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { IdentityParts } from '../parts.ts';
import { IdentityProblem } from '../problems.ts';
import { type Account, findAccount, isUsable } from '../store/accounts.ts';

/** Whoever is signed in at the account page. */
export interface AccountSession {
  readonly account: Account;
  /** Of the provider's session. */
  readonly uid: string;
  /** What a form must bring back: other sites can't know it. */
  readonly token: string;
}

/** Who is signed in by the provider's cookie; undefined, and sent to sign in, when nobody is. */
export async function accountSession(
  parts: IdentityParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<AccountSession | undefined> {
  const provider = parts.provider();
  const session = await provider.Session.get(provider.createContext(request.raw, reply.raw));
  const account = session.accountId === undefined ? undefined : await findAccount(parts.db, session.accountId);
  if (account !== undefined && isUsable(account)) {
    const token = createHmac('sha256', parts.secrets.derive('account forms')).update(session.uid).digest('base64url');
    return { account, uid: session.uid, token };
  }
  const to = new URL('/oidc/auth', parts.publicUrl);
  // The code is of no use here: the session that comes with it is.
  const challenge = createHash('sha256').update(randomBytes(32)).digest('base64url');
  to.search = new URLSearchParams({
    client_id: 'account',
    redirect_uri: `${parts.publicUrl}/oidc/account`,
    response_type: 'code',
    scope: 'openid',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  }).toString();
  reply.redirect(to.href, 303);
  return undefined;
}

/** @throws IdentityProblem: the form was not on our page */
export function checkToken({ token }: AccountSession, given: string): void {
  const [ours, theirs] = [Buffer.from(token), Buffer.from(given)];
  if (ours.length !== theirs.length || !timingSafeEqual(ours, theirs)) {
    throw new IdentityProblem(403, 'Not from this page', 'token: expected that of the page');
  }
}
