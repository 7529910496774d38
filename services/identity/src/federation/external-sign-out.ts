import { createHmac, timingSafeEqual } from 'node:crypto';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as oidc from 'openid-client';
import { revoking } from '../accounts/revoking.ts';
import type { IdentityParts } from '../parts.ts';
import { findProvider, linkedAccount, takeIdTokens } from '../store/external-providers.ts';
import { deleteRecordsOf } from '../store/records.ts';
import { configurationOf } from './external-sign-in.ts';

type SignOutParts = Pick<IdentityParts, 'db' | 'secrets' | 'publicUrl' | 'logger'>;

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/**
 * The URL that signs the user out at their provider and then continues to `target`; undefined: no provider to sign out
 * at.
 */
export async function signOutAt(parts: SignOutParts, account: string, target: string): Promise<string | undefined> {
  const { db, secrets, publicUrl, logger } = parts;
  for (const { provider: name, idToken } of await takeIdTokens(db, secrets, account)) {
    try {
      const provider = await findProvider(db, secrets, name);
      if (provider === undefined || provider.settings.signsOut === false) continue;
      const config = await configurationOf(provider);
      if (config.serverMetadata().end_session_endpoint === undefined) continue;
      return oidc.buildEndSessionUrl(config, {
        id_token_hint: idToken,
        post_logout_redirect_uri: `${publicUrl}/oidc/with/${name}/out`,
        state: signed(parts, target),
      }).href;
    } catch (error) {
      logger.warn({ err: error, provider: name }, 'could not notify a provider of a sign-out');
    }
  }
  return undefined;
}

/** The target of a state that we issued; undefined: it is not ours. */
export function targetOf(parts: Pick<SignOutParts, 'secrets'>, state: string): string | undefined {
  const [text = ''] = state.split('.');
  const target = Buffer.from(text, 'base64url').toString();
  const [ours, theirs] = [Buffer.from(signed(parts, target)), Buffer.from(state)];
  return ours.length === theirs.length && timingSafeEqual(ours, theirs) ? target : undefined;
}

function signed({ secrets }: Pick<SignOutParts, 'secrets'>, target: string): string {
  const text = Buffer.from(target).toString('base64url');
  return `${text}.${createHmac('sha256', secrets.derive('sign-out')).update(text).digest('base64url')}`;
}

/**
 * Processes a provider's message that a user has signed out there (OpenID Connect Back-Channel Logout 1.0, 2.6).
 *
 * @returns false: the token is invalid
 */
export async function signedOutElsewhere(parts: IdentityParts, name: string, token: string): Promise<boolean> {
  const { db, secrets } = parts;
  const provider = await findProvider(db, secrets, name);
  if (provider === undefined) return false;
  try {
    const { jwks_uri: keys } = (await configurationOf(provider)).serverMetadata();
    const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(String(keys))), {
      issuer: provider.issuer,
      audience: provider.clientId,
      maxTokenAge: '5m',
      requiredClaims: ['iat', 'jti', 'events', 'sub'],
    });
    const events = payload.events as Record<string, unknown> | null;
    if (typeof events !== 'object' || events?.[EVENT] === undefined || payload.nonce !== undefined) return false;
    const account = await linkedAccount(db, name, String(payload.sub));
    if (account === undefined) return true;
    return await parts.recording({ kind: 'signed-out', account, detail: { by: name } }, async () => {
      await revoking(parts, [account], () => deleteRecordsOf(db, account));
      return true;
    });
  } catch (error) {
    parts.logger.warn({ err: error, provider: name }, 'refused the sign-out notification of a provider');
    return false;
  }
}
