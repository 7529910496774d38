import * as oidc from 'openid-client';
import type { ExternalProvider } from '../contract/federation.ts';
import type { IdentityParts } from '../parts.ts';
import { findProvider } from '../store/external-providers.ts';

type OpenedProvider = ExternalProvider & { readonly secret: string | undefined };

/** The values that the provider's answer must match, with our secret values. Sealed during the redirect. */
export interface Expected {
  readonly provider: string;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** A user whom the provider has authenticated. */
export interface ExternalUser {
  readonly provider: OpenedProvider;
  readonly claims: Readonly<Record<string, unknown>> & { readonly sub: string };
  readonly idToken: string;
}

/** An external sign-in failed. The message is only for the log. */
class ExternalSignInFailed extends Error {}

const TIMEOUT_S = 10;
const SCOPES = ['openid', 'profile', 'email'];
const FRESH_MS = 10 * 60_000;
const found = new Map<string, { readonly at: number; readonly config: Promise<oidc.Configuration> }>();

/** The redirect URI to register at the provider. */
function returnAddress(publicUrl: string, name: string): string {
  return `${publicUrl}/oidc/with/${name}`;
}

/** The provider's configuration by discovery, cached for some minutes. @throws Error: discovery failed */
export function configurationOf({ issuer, clientId, secret, settings }: OpenedProvider): Promise<oidc.Configuration> {
  const key = JSON.stringify([issuer, clientId, secret, settings.userInfoAlgorithm]);
  const known = found.get(key);
  if (known !== undefined && performance.now() - known.at < FRESH_MS) return known.config;
  const isPlain = new URL(issuer).protocol === 'http:'; // loopback only, checked when it was saved
  const config = oidc.discovery(
    new URL(issuer),
    clientId,
    settings.userInfoAlgorithm === undefined ? {} : { userinfo_signed_response_alg: settings.userInfoAlgorithm },
    secret === undefined ? oidc.None() : oidc.ClientSecretPost(secret),
    { timeout: TIMEOUT_S, execute: isPlain ? [oidc.allowInsecureRequests] : [] },
  );
  found.set(key, { at: performance.now(), config });
  config.catch(() => found.delete(key));
  return config;
}

/**
 * Begins a sign-in at a provider: code with PKCE, state and nonce.
 *
 * @param at the beginning of the state, which identifies the flow of the answer; without a full stop
 * @throws Error: the provider does not answer
 */
export async function beginAt(
  { db, secrets, publicUrl }: IdentityParts,
  name: string,
  at: string,
): Promise<{ readonly to: URL; readonly expected: Expected }> {
  const provider = await findProvider(db, secrets, name);
  if (provider === undefined) throw new ExternalSignInFailed(`there is no provider ${name}`);
  const config = await configurationOf(provider);
  const expected = {
    provider: name,
    state: `${at}.${oidc.randomState()}`,
    nonce: oidc.randomNonce(),
    verifier: oidc.randomPKCECodeVerifier(),
  };
  const { scopes = SCOPES, acrValues } = provider.settings;
  const to = oidc.buildAuthorizationUrl(config, {
    redirect_uri: returnAddress(publicUrl, name),
    scope: scopes.join(' '),
    state: expected.state,
    nonce: expected.nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(expected.verifier),
    code_challenge_method: 'S256',
    ...(acrValues && { acr_values: acrValues.join(' ') }),
  });
  return { to, expected };
}

/**
 * Processes the provider's answer.
 *
 * @param query of the redirect URI
 * @throws Error: the provider refused, or the answer does not match
 */
export async function completeAt(
  { db, secrets, publicUrl }: IdentityParts,
  { provider: name, state, nonce, verifier }: Expected,
  query: URLSearchParams,
): Promise<ExternalUser> {
  const provider = await findProvider(db, secrets, name);
  if (provider === undefined) throw new ExternalSignInFailed(`there is no provider ${name}`);
  const config = await configurationOf(provider);
  const current = new URL(returnAddress(publicUrl, name));
  current.search = query.toString();
  const tokens = await oidc.authorizationCodeGrant(config, current, {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  });
  const identity = tokens.claims();
  if (identity === undefined || tokens.id_token === undefined) throw new ExternalSignInFailed('there is no ID token');
  const { requiredAcr, userInfo = true } = provider.settings;
  if (requiredAcr !== undefined && !requiredAcr.includes(String(identity.acr))) {
    throw new ExternalSignInFailed(`acr is ${identity.acr}, expected one of ${requiredAcr.join(', ')}`);
  }
  const asksMore = userInfo && config.serverMetadata().userinfo_endpoint !== undefined;
  const more = asksMore ? await oidc.fetchUserInfo(config, tokens.access_token, identity.sub) : {};
  return { provider, claims: { ...more, ...identity }, idToken: tokens.id_token };
}

/** A claim of a user; a dot in the path leads into an object. */
export function claimOf(claims: ExternalUser['claims'], path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  return path.split('.').reduce<unknown>((value, name) => {
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  }, claims);
}
