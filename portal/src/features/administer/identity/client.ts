import type { Client, SavedClient } from '@alzette/identity/contract';

export const CLIENT_KINDS = ['web', 'public', 'machine', 'device'] as const satisfies readonly SavedClient['kind'][];

/** The kind that a client was made as, by its metadata. */
export function clientKind({ metadata }: Pick<Client, 'metadata'>): SavedClient['kind'] {
  const { grant_types: grants = [], token_endpoint_auth_method: method } = metadata;
  if (grants.includes('client_credentials')) return 'machine';
  if (grants.some((grant) => grant.endsWith('device_code'))) return 'device';
  return method === 'none' ? 'public' : 'web';
}

/** What it may ask of the API: `read`, `write`, … */
export function clientScopes({ metadata }: Pick<Client, 'metadata'>): string[] {
  return (metadata.alzette_api ?? []).map((scope) => scope.replace(/^alzette:/, ''));
}
