import type { Caller } from '@alzette/kit/access';
import { conflict, denied, missing } from '@alzette/kit/problems';
import { importJWK, SignJWT } from 'jose';
import type { IdentityParts } from '../parts.ts';
import { authority } from '../provider/claims.ts';
import { issuerOf } from '../provider/provider.ts';
import { findAccount, isUsable } from '../store/accounts.ts';
import { loadSigningKeys, SIGNING_ALGORITHM } from '../store/signing-keys.ts';

/** Long enough to look around; it is not renewed. */
const VIEW_MS = 15 * 60_000;

/**
 * A token with the rights of an account, for an administrator who wants to see the product as its person does. It names
 * the administrator (`seen_by`), so that it only reads, is recorded under their name, and ends with their session.
 *
 * @throws Problem 403, 404, 409: nobody in particular asks, or the account has no view of its own
 */
export async function viewAs(parts: IdentityParts, caller: Caller, id: string, address: string) {
  const { db, secrets, publicUrl, access, otherIssuer } = parts;
  if (access === 'open') throw conflict('Access is open, so everybody sees the same');
  if (otherIssuer !== undefined) throw conflict(`Tokens are issued by ${otherIssuer}, not here`);
  const { kind, subject, session } = caller;
  if (kind !== 'token' || session === undefined)
    throw denied('Expected the token of a person, whom the audit can name');
  const readAt = Date.now(); // before the account is read, so that a revocation since then ends the view
  const account = await findAccount(db, id);
  if (account === undefined) throw missing('user', id);
  if (!isUsable(account)) throw conflict(`${account.username} may not sign in, so there is nothing to see`);
  const [jwk] = (await loadSigningKeys(db, secrets)).jwks;
  if (jwk === undefined) throw new Error('no signing key is active yet');
  const expiresAt = new Date(readAt + VIEW_MS);
  const token = await new SignJWT({
    client_id: 'portal',
    sid: session,
    seen_by: subject,
    authority_at: readAt,
    ...authority(account.effectiveRoles, account.groups, account.organisation),
  })
    .setProtectedHeader({ alg: SIGNING_ALGORITHM, kid: jwk.kid, typ: 'at+jwt' })
    .setIssuer(issuerOf(publicUrl))
    .setSubject(account.id)
    .setAudience(publicUrl)
    .setIssuedAt()
    .setExpirationTime(expiresAt)
    .sign(await importJWK(jwk, SIGNING_ALGORITHM));
  await parts.record({ kind: 'account-seen-as', account: account.id, by: subject, address });
  return { token, expiresAt: expiresAt.toISOString() };
}
