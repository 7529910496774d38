import { randomBytes } from 'node:crypto';
import { missing, refused } from '@alzette/kit/problems';
import { answer, type Handlers } from '@alzette/kit/serve';
import { revoking } from '../accounts/revoking.ts';
import type { ClientsContract, SavedClient } from '../contract/clients.ts';
import type { IdentityParts } from '../parts.ts';
import { API_METADATA, type ApiScope } from '../provider/api-resource.ts';
import { FIRST_PARTY } from '../provider/first-party-clients.ts';
import { deleteClient, findClient, listClients, saveClient } from '../store/clients.ts';
import { orUnknown, recorder } from './recording.ts';

const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';
const GRANTS = { code: 'authorization_code', refresh: 'refresh_token', machine: 'client_credentials', device: DEVICE };

/** Programs that sign in users, or themselves. A secret is shown once, when it is created. */
export function clientHandlers(parts: IdentityParts): Handlers<ClientsContract> {
  const { db } = parts;
  const record = recorder(parts);
  return {
    list: async () => ({ clients: await listClients(db) }),
    async save({ params: { id }, body, ip }) {
      if (FIRST_PARTY.has(id)) throw refused('id', id, 'an unused name of letters and digits');
      const known = await findClient(db, id);
      const isPublic = body.kind === 'public' || body.kind === 'device';
      const secret = isPublic || known?.hasSecret ? undefined : newSecret();
      const { name, roles = [], groups = [], organisation, enabled = true } = body;
      const client = { id, name, roles, groups, enabled, ...(organisation && { organisation }) };
      const metadata = { ...metadataOf(body), [API_METADATA]: apiScopes(body) };
      const save = () => orUnknown(saveClient(db, { ...client, metadata }, secret), 'organisation', organisation);
      await revoking(parts, [id], save);
      await record(ip, { act: 'client.save' }, id);
      const saved = { ...client, ...(secret && { secret }) };
      return known === undefined ? answer(201, saved) : answer(200, saved);
    },
    async renewSecret({ params: { id }, ip }) {
      const client = await findClient(db, id);
      if (client === undefined) throw missing('client', id);
      const secret = newSecret();
      await revoking(parts, [id], () => saveClient(db, client, secret));
      await record(ip, { act: 'client.secret' }, id);
      return { secret };
    },
    async remove({ params: { id }, ip }) {
      if (!(await revoking(parts, [id], () => deleteClient(db, id)))) throw missing('client', id);
      await record(ip, { act: 'client.delete' }, id);
    },
  };
}

function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

function apiScopes({ kind, api = kind === 'machine' ? ['read'] : [] }: SavedClient): ApiScope[] {
  return api.map((action) => `alzette:${action}` as const);
}

function metadataOf({ kind, redirectUris = [], postLogoutRedirectUris = [], backchannelLogoutUri }: SavedClient) {
  if (kind === 'machine') return { grant_types: [GRANTS.machine], response_types: [], redirect_uris: [] };
  if (kind === 'device') {
    const grants = [GRANTS.device, GRANTS.refresh];
    return { grant_types: grants, response_types: [], redirect_uris: [], token_endpoint_auth_method: 'none' };
  }
  if (redirectUris.length === 0) throw refused('redirectUris', redirectUris, 'the URLs that sign-ins return to');
  return {
    grant_types: [GRANTS.code, GRANTS.refresh],
    response_types: ['code'],
    redirect_uris: redirectUris,
    post_logout_redirect_uris: postLogoutRedirectUris,
    ...(kind === 'public' && { token_endpoint_auth_method: 'none', application_type: 'native' }),
    ...(backchannelLogoutUri && { backchannel_logout_uri: backchannelLogoutUri }),
  };
}
