import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import { SIGNING_ALGORITHM } from '../store/signing-keys.ts';

/** What an access token may say its bearer wants to do; what it may do is for the policies of the API. */
export const API_SCOPES = ['alzette:read', 'alzette:write', 'alzette:propose', 'alzette:administer'] as const;
export type ApiScope = (typeof API_SCOPES)[number];

/** Short, for what it says of roles holds as long. */
export const ACCESS_TOKEN_SECONDS = 10 * 60;

/** Client metadata of our own: which scopes of the API a client may ask for. Absent: it gets no token for the API. */
export const API_METADATA = 'alzette_api';

/** Where the assistant is reached (MCP), whose clients ask for a token for its address: the calls they make are the API's. */
export const ASSISTANT_PATH = '/mcp';

/** Our own pages that use the API: their token is for it, whatever scopes they ask for. */
const OWN_PAGES: ReadonlySet<string> = new Set(['portal', 'app']);

type Client = NonNullable<KoaContextWithOIDC['oidc']['client']>;

/**
 * The API as the one resource that access tokens are for (RFC 8707): of clients that an administrator has allowed it, and
 * with the scopes allowed. Who doesn't ask for the API gets a token for the provider's own userinfo alone.
 */
export function apiResource(publicUrl: string) {
  return {
    enabled: true,
    defaultResource(ctx: KoaContextWithOIDC, client: Client, oneOf?: string | readonly string[]) {
      const [granted] = [oneOf ?? []].flat();
      if (granted !== undefined) return granted;
      const { params } = ctx.oidc;
      const allowed = allowedScopes(client);
      // A machine acts in its own name: without a scope it asks for what it is allowed (RFC 6749, 3.3).
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
        throw new errors.InvalidTarget('this client is not allowed the API: its member "api" names no scopes');
      }
      return {
        scope: allowed.join(' '),
        audience: publicUrl,
        accessTokenFormat: 'jwt',
        accessTokenTTL: ACCESS_TOKEN_SECONDS,
        jwt: { sign: { alg: SIGNING_ALGORITHM } },
      } as const;
    },
    // Our own pages ask for the API without naming it, others get it by `resource` or by its scopes.
    useGrantedResource: () => true,
  };
}

function allowedScopes(client: Client): readonly string[] {
  const allowed: unknown = client[API_METADATA];
  return Array.isArray(allowed) ? API_SCOPES.filter((scope) => allowed.includes(scope)) : [];
}
