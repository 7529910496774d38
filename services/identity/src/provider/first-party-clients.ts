import type { ClientMetadata } from 'oidc-provider';
import { API_METADATA, API_SCOPES } from './api-resource.ts';

/** Our own pages. They need no consent, because they have exactly the rights of their user. */
export const FIRST_PARTY: ReadonlySet<string> = new Set(['portal', 'app', 'account']);

export function firstPartyClients(publicUrl: string): ClientMetadata[] {
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
      redirect_uris: [`${publicUrl}/sign-in`],
      post_logout_redirect_uris: [`${publicUrl}/`],
    },
    {
      ...page,
      client_id: 'app',
      client_name: 'Alzette',
      [API_METADATA]: [...API_SCOPES],
      redirect_uris: [`${publicUrl}/app/sign-in`],
      post_logout_redirect_uris: [`${publicUrl}/app/`],
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
