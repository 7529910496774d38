import { contract, identifier, object, Type, type Value } from '@alzette/kit/contract';
import { CLIENTS } from './paths.ts';
import { ADMINISTERED, Id, Ids, Names, Text } from './schemas.ts';

export const CLIENT_KINDS = ['web', 'public', 'machine', 'device'] as const;
export const CLIENT_SCOPES = ['read', 'write', 'propose', 'administer'] as const;

const Uris = Type.Array(Type.String({ format: 'uri', maxLength: 1000 }), { maxItems: 50 });
const SavedClient = object({
  name: Text,
  kind: Type.Enum(CLIENT_KINDS, { description: 'A machine acts in its own name; the others act for users' }),
  api: Type.Optional(
    Type.Array(Type.Enum(CLIENT_SCOPES), {
      uniqueItems: true,
      description: 'The scopes of the API that it may request. Default: `read` for a machine, none for others',
    }),
  ),
  redirectUris: Type.Optional(Uris),
  postLogoutRedirectUris: Type.Optional(Uris),
  backchannelLogoutUri: Type.Optional(Type.String({ format: 'uri' })),
  roles: Type.Optional(Ids),
  groups: Type.Optional(Ids),
  organisation: Type.Optional(Id),
  enabled: Type.Optional(Type.Boolean()),
});
const Metadata = Type.Object(
  {
    grant_types: Type.Optional(Names),
    token_endpoint_auth_method: Type.Optional(Type.String()),
    redirect_uris: Type.Optional(Names),
    post_logout_redirect_uris: Type.Optional(Names),
    backchannel_logout_uri: Type.Optional(Type.String()),
    alzette_api: Type.Optional(Names),
  },
  { description: 'OpenID Connect client metadata' },
);
const CLIENT = {
  id: Type.String(),
  name: Type.String(),
  roles: Type.Array(Type.String(), { description: 'Of the client in its own name' }),
  groups: Names,
  organisation: Type.Optional(Type.String()),
  enabled: Type.Boolean(),
};
const Client = object({ ...CLIENT, metadata: Metadata, hasSecret: Type.Boolean() });
const Saved = object({ ...CLIENT, secret: Type.Optional(Type.String()) });
const BY_ID = { ...ADMINISTERED, params: { id: identifier() } } as const;

/** Programs that sign in users, or themselves. */
export const clientsContract = contract(CLIENTS, {
  list: {
    access: 'administerAll',
    summary: 'Clients: programs that sign in users, or themselves',
    answers: { 200: object({ clients: Type.Array(Client) }) },
  },
  save: {
    ...BY_ID,
    summary: 'Creates or replaces a client; a secret is returned only once',
    recentSignIn: true,
    body: SavedClient,
    answers: { 200: Saved, 201: Saved },
    example: { params: { id: 'meter' }, body: { name: 'Meter', kind: 'machine', api: ['read'] } },
  },
  renewSecret: {
    access: 'administerAll',
    summary: 'Replaces the secret, which is returned only once',
    recentSignIn: true,
    params: BY_ID.params,
    answers: { 201: object({ secret: Type.String() }) },
  },
  remove: { ...BY_ID, summary: 'Deletes a client and revokes its tokens', answers: { 204: null } },
});

export type ClientsContract = typeof clientsContract;
export type Client = Value<typeof Client>;
export type SavedClient = Value<typeof SavedClient>;
