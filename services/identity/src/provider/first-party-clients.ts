import type { ClientMetadata } from 'oidc-provider';
import { API_METADATA, API_SCOPES } from './api-resource.ts';

/** Our own pages. They need no consent, because they have exactly the rights of their user. */
export const FIRST_PARTY: ReadonlySet<string> = new Set(['portal', 'app', 'account']);

/** Where people use the installation, beside its own URL. */
export interface Site {
  /** Without trailing slash. */
  readonly url: string;
  readonly name: string;
}

export function firstPartyClients(publicUrl: string, sites: readonly Site[]): ClientMetadata[] {
  const at = (path: string) => [publicUrl, ...sites.map(({ url }) => url)].map((url) => url + path);
  const page: ClientMetadata = {
    client_id: '',
    application_type: 'web',
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
  };
  return [
    {
      ...page,
      client_id: 'portal',
      client_name: 'Alzette',
      [API_METADATA]: [...API_SCOPES],
      redirect_uris: at('/sign-in'),
      post_logout_redirect_uris: at('/'),
    },
    {
      ...page,
      client_id: 'app',
      client_name: 'Alzette',
      [API_METADATA]: [...API_SCOPES],
      redirect_uris: at('/app/sign-in'),
      post_logout_redirect_uris: at('/app/'),
    },
    {
      ...page,
      client_id: 'account',
      client_name: 'Alzette',
      grant_types: ['authorization_code'],
      redirect_uris: [`${publicUrl}/oidc/account`],
      post_logout_redirect_uris: [`${publicUrl}/oidc/account`],
    },
  ];
}
