import type { KoaContextWithOIDC } from 'oidc-provider';
import { API_SCOPES } from './api-resource.ts';
import { CLAIMS } from './claims.ts';
import { FIRST_PARTY } from './first-party-clients.ts';

/** The user's consent for a client; our own pages get it without a question. */
export async function existingGrant(ctx: KoaContextWithOIDC, publicUrl: string) {
  const { client, session, provider, result, account } = ctx.oidc;
  if (client === undefined || session === undefined) return undefined;
  const grantId = result?.consent?.grantId ?? session.grantIdFor(client.clientId);
  const known = grantId === undefined ? undefined : await provider.Grant.find(grantId);
  if (!FIRST_PARTY.has(client.clientId)) return known;
  if (known !== undefined && known.accountId === account?.accountId) return known;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId as string });
  grant.addOIDCScope(`${Object.keys(CLAIMS).join(' ')} offline_access`);
  grant.addResourceScope(publicUrl, API_SCOPES.join(' '));
  await grant.save();
  return grant;
}
