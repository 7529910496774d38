import { randomBytes } from 'node:crypto';
import { bodyReader, ID, IDS, object, TEXT } from '@alzette/kit/bodies';
import { missing, refused } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { FastifyInstance } from 'fastify';
import { revoking } from '../accounts/revoking.ts';
import type { IdentityParts } from '../parts.ts';
import { API_METADATA, type ApiScope } from '../provider/api-resource.ts';
import { FIRST_PARTY } from '../provider/first-party-clients.ts';
import { deleteClient, findClient, listClients, saveClient } from '../store/clients.ts';
import { listOf, orUnknown } from './answers.ts';

const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';
const GRANTS = { code: 'authorization_code', refresh: 'refresh_token', machine: 'client_credentials', device: DEVICE };

interface ClientBody {
  readonly name: string;
  /** `machine` acts in its own name; the others act for users. */
  readonly kind: 'web' | 'public' | 'machine' | 'device';
  /** The scopes of the API that it may request. Default: `read` for a machine, none for others. */
  readonly api?: readonly ('read' | 'write' | 'propose' | 'administer')[];
  readonly redirectUris?: readonly string[];
  readonly postLogoutRedirectUris?: readonly string[];
  readonly backchannelLogoutUri?: string;
  readonly roles?: readonly string[];
  readonly groups?: readonly string[];
  readonly organisation?: string;
  readonly enabled?: boolean;
}

const URIS = { type: 'array', items: { type: 'string', format: 'uri', maxLength: 1000 }, maxItems: 50 };
const readClient = bodyReader<ClientBody>(
  object(
    {
      name: TEXT,
      kind: { enum: ['web', 'public', 'machine', 'device'] },
      api: { type: 'array', items: { enum: ['read', 'write', 'propose', 'administer'] }, uniqueItems: true },
      redirectUris: URIS,
      postLogoutRedirectUris: URIS,
      backchannelLogoutUri: { type: 'string', format: 'uri' },
      roles: IDS,
      groups: IDS,
      organisation: ID,
      enabled: { type: 'boolean' },
    },
    ['name', 'kind'],
  ),
);
const IS_ID = new RegExp(ID.pattern);

/** `/ops/identity/clients`: programs that sign in users, or themselves. A secret is shown once, when it is created. */
export function clientRoutes(scope: FastifyInstance, parts: IdentityParts): void {
  const { db } = parts;

  scope.get(
    '/clients',
    operation({
      access: 'administerAll',
      summary: 'Clients: programs that sign in users, or themselves',
      answer: listOf('clients'),
    }),
    async () => ({ clients: await listClients(db) }),
  );

  scope.put<{ Params: { id: string } }>(
    '/clients/:id',
    operation({
      access: 'administerAll',
      audited: { values: 'above' },
      summary: 'Creates or replaces a client; a secret is returned only once',
      body: readClient.schema,
      recentSignIn: true,
    }),
    async (request, reply) => {
      const { id } = request.params;
      if (!IS_ID.test(id) || FIRST_PARTY.has(id)) throw refused('id', id, 'an unused name of letters and digits');
      const body = readClient(request.body);
      const known = await findClient(db, id);
      const isPublic = body.kind === 'public' || body.kind === 'device';
      const secret = isPublic || known?.hasSecret ? undefined : newSecret();
      const { name, roles = [], groups = [], organisation, enabled = true } = body;
      const client = { id, name, roles, groups, enabled, ...(organisation && { organisation }) };
      const metadata = { ...metadataOf(body), [API_METADATA]: apiScopes(body) };
      const save = () => orUnknown(saveClient(db, { ...client, metadata }, secret), 'organisation', organisation);
      await revoking(parts, [id], save);
      await parts.record({ kind: 'administration', client: id, address: request.ip, detail: { act: 'client.save' } });
      return reply.code(known === undefined ? 201 : 200).send({ ...client, ...(secret && { secret }) });
    },
  );

  scope.post<{ Params: { id: string } }>(
    '/clients/:id/secret',
    operation({
      access: 'administerAll',
      summary: 'Replaces the secret, which is returned only once',
      answer: object({ secret: TEXT }),
      recentSignIn: true,
    }),
    async (request, reply) => {
      const client = await findClient(db, request.params.id);
      if (client === undefined) throw missing('client', request.params.id);
      const secret = newSecret();
      await revoking(parts, [client.id], () => saveClient(db, client, secret));
      await parts.record({
        kind: 'administration',
        client: client.id,
        address: request.ip,
        detail: { act: 'client.secret' },
      });
      return reply.code(201).send({ secret });
    },
  );

  scope.delete<{ Params: { id: string } }>(
    '/clients/:id',
    operation({
      access: 'administerAll',
      audited: { values: 'above' },
      summary: 'Deletes a client and revokes its tokens',
    }),
    async (request, reply) => {
      const { id } = request.params;
      if (!(await revoking(parts, [id], () => deleteClient(db, id)))) throw missing('client', id);
      await parts.record({ kind: 'administration', client: id, address: request.ip, detail: { act: 'client.delete' } });
      return reply.code(204).send();
    },
  );
}

function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

function apiScopes({ kind, api = kind === 'machine' ? ['read'] : [] }: ClientBody): ApiScope[] {
  return api.map((action) => `alzette:${action}` as const);
}

function metadataOf({ kind, redirectUris = [], postLogoutRedirectUris = [], backchannelLogoutUri }: ClientBody) {
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
