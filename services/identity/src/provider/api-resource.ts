import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import { SIGNING_ALGORITHM } from '../store/signing-keys.ts';

/** The API scopes of an access token: what its holder may request. The policies of the API decide what is allowed. */
export const API_SCOPES = ['alzette:read', 'alzette:write', 'alzette:propose', 'alzette:administer'] as const;
export type ApiScope = (typeof API_SCOPES)[number];

/** Short, because the roles in it stay valid as long. */
export const ACCESS_TOKEN_SECONDS = 10 * 60;

/** Our own client metadata: the API scopes that a client may request. Absent: it gets no token for the API. */
export const API_METADATA = 'alzette_api';

/** The address of the assistant (MCP). Its clients request a token for this address; their calls go to the API. */
export const ASSISTANT_PATH = '/mcp';

/** Our own pages that use the API. Their token is for the API, whatever scopes they request. */
const OWN_PAGES: ReadonlySet<string> = new Set(['portal', 'app']);

type Client = NonNullable<KoaContextWithOIDC['oidc']['client']>;

/**
 * The API as the only resource of access tokens (RFC 8707), for clients and scopes that an administrator allowed. A
 * client that does not request the API gets a token only for the provider's userinfo.
 */
export function apiResource(publicUrl: string) {
  return {
    enabled: true,
    defaultResource(ctx: KoaContextWithOIDC, client: Client, oneOf?: string | readonly string[]) {
      const [granted] = [oneOf ?? []].flat();
      if (granted !== undefined) return granted;
      const { params } = ctx.oidc;
      const allowed = allowedScopes(client);
      // A machine without a scope in its request gets all its allowed scopes (RFC 6749, 3.3).
      if (params?.grant_type === 'client_credentials') params.scope ??= allowed.join(' ') || undefined;
      const asked = String(params?.scope ?? '').split(' ');
      const isMeant = OWN_PAGES.has(client.clientId) || asked.some((scope) => scope.startsWith('alzette:'));
      return isMeant ? publicUrl : undefined;
    },
    getResourceServerInfo(_ctx: KoaContextWithOIDC, indicator: string, client: Client) {
      const allowed = allowedScopes(client);
      const isOurs = [publicUrl, publicUrl + ASSISTANT_PATH].includes(indicator.replace(/\/$/, ''));
      if (!isOurs) throw new errors.InvalidTarget();
      if (allowed.length === 0) {
        throw new errors.InvalidTarget('this client may not use the API: its member "api" lists no scopes');
      }
      return {
        scope: allowed.join(' '),
        audience: publicUrl,
        accessTokenFormat: 'jwt',
        accessTokenTTL: ACCESS_TOKEN_SECONDS,
        jwt: { sign: { alg: SIGNING_ALGORITHM } },
      } as const;
    },
    // Our own pages get the API without naming it; other clients by `resource` or by its scopes.
    useGrantedResource: () => true,
  };
}

function allowedScopes(client: Client): readonly string[] {
  const allowed: unknown = client[API_METADATA];
  return Array.isArray(allowed) ? API_SCOPES.filter((scope) => allowed.includes(scope)) : [];
}
