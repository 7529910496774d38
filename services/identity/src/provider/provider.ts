import type { Database } from '@alzette/kit/database';
import { type JWK, Provider } from 'oidc-provider';
import { clientMetadata, isSecretOf } from '../store/clients.ts';
import { type OfSession, recordAdapter } from '../store/records.ts';
import type { Secrets } from '../store/secrets.ts';
import { ACCESS_TOKEN_SECONDS, API_METADATA, apiResource } from './api-resource.ts';
import { accountFinder, CLAIMS, signedInAt, tokenClaims } from './claims.ts';
import { guardDeviceCodes } from './device-codes.ts';
import { FIRST_PARTY, firstPartyClients, type Site } from './first-party-clients.ts';
import { existingGrant } from './grants.ts';
import type { ProviderPages } from './provider-pages.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const SESSION_COOKIE = 'alzette_session';

const TTL = {
  AccessToken: ACCESS_TOKEN_SECONDS,
  AuthorizationCode: MINUTE,
  ClientCredentials: ACCESS_TOKEN_SECONDS,
  DeviceCode: 10 * MINUTE,
  IdToken: HOUR,
  Interaction: HOUR,
  Session: 12 * HOUR,
  Grant: 14 * DAY,
};

/**
 * The policy for pages of the library itself, such as forms that submit themselves: it adds the hash of their script.
 * Our pages have a longer policy.
 */
const OF_ITS_OWN_PAGES = {
  'content-security-policy': "default-src 'none'; script-src 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
};

interface ProviderOptions {
  readonly db: Database;
  readonly secrets: Secrets;
  readonly publicUrl: string;
  readonly sites: () => readonly Site[];
  readonly jwks: readonly JWK[];
  readonly pages: ProviderPages;
  /** The URL for signing an account out at its external provider, on the way to `target`. */
  readonly signOutElsewhere: (account: string, target: string) => Promise<string | undefined>;
  /** Called with a code or a refresh token that was used twice at once. */
  readonly onReuse: (used: OfSession) => Promise<void>;
}

export function issuerOf(publicUrl: string): string {
  return `${publicUrl}/oidc`;
}

// Longer than 80 lines: the configuration of oidc-provider, most of it one object.
/**
 * An OpenID provider whose whole state is in the database, so any process can answer any request. Its keys are fixed;
 * when they change, a new provider is created.
 */
export function createProvider(options: ProviderOptions): Provider {
  const { db, secrets, publicUrl, sites, jwks, pages, signOutElsewhere, onReuse } = options;
  const cookie = { httpOnly: true, sameSite: 'lax', signed: true, path: '/oidc' } as const;
  const provider = new Provider(issuerOf(publicUrl), {
    adapter: (model: string) => {
      const records = recordAdapter(db, secrets, model, onReuse);
      // Ours are looked up each time too, because hosts come and go.
      const find = async (id: string) =>
        firstPartyClients(publicUrl, sites()).find((own) => own.client_id === id) ?? clientMetadata(db, id);
      return model === 'Client' ? { ...records, find } : records;
    },
    jwks: { keys: [...jwks] },
    cookies: {
      keys: [secrets.derive('cookies').toString('base64url')],
      names: {
        session: SESSION_COOKIE,
        interaction: 'alzette_interaction',
        resume: 'alzette_resume',
      },
      long: cookie,
      short: { httpOnly: true, sameSite: 'lax', signed: true },
    },
    claims: CLAIMS,
    scopes: ['openid', 'offline_access'],
    // Our pages read the user's claims from the ID token, because their access token is only for the API.
    conformIdTokenClaims: false,
    responseTypes: ['code'],
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    pkce: { required: () => true },
    rotateRefreshToken: true,
    issueRefreshToken: async (_ctx, client, source) =>
      client.grantTypeAllowed('refresh_token') &&
      (source.scopes.has('offline_access') || FIRST_PARTY.has(client.clientId)),
    ttl: {
      ...TTL,
      // The lifetime starts at the sign-in and is not extended by use.
      Session: (_ctx, { loginTs }) =>
        loginTs === undefined ? TTL.Session : Math.max(1, loginTs + TTL.Session - Math.floor(Date.now() / 1000)),
      RefreshToken: (ctx, token, client) =>
        (client.clientAuthMethod === 'none' && ctx?.oidc?.entities.RotatedRefreshToken?.remainingTTL) ||
        (token.scopes.has('offline_access') ? 14 * DAY : 12 * HOUR),
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: {
        enabled: true,
        allowedPolicy: async (_ctx, client, token) =>
          client.clientAuthMethod !== 'none' || token.clientId === client.clientId,
      },
      revocation: { enabled: true, allowedPolicy: async (_ctx, client, token) => token.clientId === client.clientId },
      backchannelLogout: { enabled: true },
      deviceFlow: {
        enabled: true,
        charset: 'base-20',
        mask: '****-****',
        userCodeInputSource: pages.deviceCode,
        userCodeConfirmSource: pages.deviceConfirmation,
        successSource: pages.deviceDone,
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: pages.signOut,
        postLogoutSuccessSource: pages.signedOut,
      },
      resourceIndicators: apiResource(publicUrl),
    },
    interactions: { url: (_ctx, interaction) => `/oidc/interaction/${interaction.uid}` },
    findAccount: accountFinder(db),
    extraTokenClaims: (ctx, token) => tokenClaims(db, token, signedInAt(ctx)),
    extraClientMetadata: { properties: [API_METADATA] },
    loadExistingGrant: (ctx) => existingGrant(ctx, publicUrl),
    clientBasedCORS: (_ctx, origin, client) =>
      (client.redirectUris ?? []).some((uri) => URL.parse(uri)?.origin === origin),
    renderError: pages.error,
    // The library does not send sign-out messages to private networks; a site on localhost has only such.
    ...(isLocal(publicUrl) && { fetch: unguardedFetch }),
  });
  // Links are made from PUBLIC_URL, not from the Host header of a request; the mount sets it (mount.ts).
  provider.proxy = true;
  provider.use(async (ctx, next) => {
    ctx.set(OF_ITS_OWN_PAGES);
    await next();
  });
  provider.use(
    guardDeviceCodes(db, pages, async (ctx) => {
      const session = ctx.cookies.get(SESSION_COOKIE, { signed: true });
      return session !== undefined && (await provider.Session.find(session)) !== undefined;
    }),
  );
  provider.use(async (ctx, next) => {
    await next();
    const { route, params, session } = ctx.oidc ?? {};
    if (route !== 'end_session_confirm' || !params?.logout || ctx.status !== 303) return;
    const { accountId } = session ?? {};
    const target = new URL(ctx.response.get('location'), publicUrl).href;
    const elsewhere = accountId === undefined ? undefined : await signOutElsewhere(accountId, target);
    if (elsewhere !== undefined) ctx.redirect(elsewhere);
  });
  // Only the hash of a secret is stored.
  provider.Client.prototype.compareClientSecret = function compare(this: { clientSecret?: string }, given: string) {
    return this.clientSecret !== undefined && isSecretOf(this.clientSecret, given);
  };
  return provider;
}

function isLocal(publicUrl: string): boolean {
  const { hostname } = new URL(publicUrl);
  return hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
}

/** Without the dispatcher of the library, which refuses private addresses. */
export function unguardedFetch(url: string | URL | Request, init: RequestInit & { dispatcher?: unknown } = {}) {
  const { dispatcher: _guard, ...rest } = init;
  return fetch(url, rest);
}
