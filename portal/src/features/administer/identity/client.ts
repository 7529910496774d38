/** A program that signs users in, or itself, as `/ops/identity/clients` lists it. */
export interface Client {
  readonly id: string;
  readonly name: string;
  readonly metadata: {
    readonly grant_types?: readonly string[];
    readonly token_endpoint_auth_method?: string;
    readonly redirect_uris?: readonly string[];
    readonly post_logout_redirect_uris?: readonly string[];
    readonly backchannel_logout_uri?: string;
    readonly alzette_api?: readonly string[];
  };
  readonly hasSecret: boolean;
  readonly roles: readonly string[];
  readonly groups: readonly string[];
  readonly organisation?: string;
  readonly enabled: boolean;
}

export const CLIENT_KINDS = ['web', 'public', 'machine', 'device'] as const;
export type ClientKind = (typeof CLIENT_KINDS)[number];

/** The kind that a client was made as, by its metadata. */
export function clientKind({ metadata }: Pick<Client, 'metadata'>): ClientKind {
  const { grant_types: grants = [], token_endpoint_auth_method: method } = metadata;
  if (grants.includes('client_credentials')) return 'machine';
  if (grants.some((grant) => grant.endsWith('device_code'))) return 'device';
  return method === 'none' ? 'public' : 'web';
}

/** What it may ask of the API: `read`, `write`, … */
export function clientScopes({ metadata }: Pick<Client, 'metadata'>): string[] {
  return (metadata.alzette_api ?? []).map((scope) => scope.replace(/^alzette:/, ''));
}
