import { byName, contract, identifier, object, partial, Type, type Value } from '@alzette/kit/contract';
import { FEDERATION } from './paths.ts';
import { ADMINISTERED, Id, Instant, ids, Text } from './schemas.ts';

const long = (description?: string) =>
  Type.String({ minLength: 1, maxLength: 1000, ...(description !== undefined && { description }) });
const Long = long();
const yes = (description: string) => Type.Boolean({ description });
const ours = (description: string) => byName(Id, { maxProperties: 500, description });

const ProviderSettings = partial(
  object({
    scopes: ids('Default: openid profile email'),
    acrValues: ids('The requested `acr_values`'),
    requiredAcr: ids('The answer must have one of these; absent: any'),
    secondFactorAcr: ids('One of these shows that the provider checked a second factor'),
    claims: partial(object({ username: Text, groups: Text, roles: Text })),
    groups: ours('Our groups by the provider’s'),
    roles: ours('Our roles by the provider’s'),
    organisation: Id,
    createsAccounts: yes('Whether an account is created for an unknown user. Default true'),
    linksByEmail: yes('Whether a user is matched to an account with the same verified address. Default false'),
    userInfo: yes('Whether userinfo is requested. Default true'),
    userInfoAlgorithm: Text,
    signsOut: yes('Whether a sign-out here also signs out there. Default true, if the provider supports it'),
  }),
);
const Provider = object({
  name: Type.String(),
  title: Type.String(),
  issuer: Type.String(),
  clientId: Type.String(),
  settings: ProviderSettings,
  enabled: Type.Boolean(),
});
const SavedProvider = object({
  title: Text,
  issuer: Type.String({ format: 'uri', maxLength: 1000 }),
  clientId: Long,
  clientSecret: Type.Optional(Long),
  enabled: Type.Optional(Type.Boolean()),
  settings: Type.Optional(ProviderSettings),
});

const DirectorySettings = partial(
  object({
    userFilter: long('Default: (objectClass=inetOrgPerson)'),
    attributes: partial(object({ username: Text, email: Text, givenName: Text, familyName: Text })),
    groupBaseDn: long('Absent: the same as of users'),
    groupFilter: long('The filter for the groups of a user, with `{dn}` and `{username}`. Default: (member={dn})'),
    groups: ours('Our groups by the directory’s: by `cn` or distinguished name'),
    organisation: Id,
    startTls: yes('StartTLS on a port without TLS'),
    authority: Type.String({ maxLength: 100_000, description: 'PEM of the authority that signed its certificate' }),
  }),
);
const SyncReport = object({
  found: Type.Integer(),
  created: Type.Integer(),
  updated: Type.Integer(),
  disabled: Type.Integer({ description: 'Accounts that are no longer in the directory' }),
  refused: Type.Array(object({ entry: Type.String(), reason: Type.String() })),
});
const Directory = object({
  name: Type.String(),
  url: Type.String({ description: '`ldap://…` or `ldaps://…`' }),
  bindDn: Type.String({ description: 'The user for searches; empty: anonymous' }),
  baseDn: Type.String(),
  settings: DirectorySettings,
  enabled: Type.Boolean(),
  syncedAt: Type.Optional(Instant),
  report: Type.Optional(SyncReport),
});
const SavedDirectory = object({
  url: Type.String({ pattern: '^ldaps?://[^/?#@]+/?$', maxLength: 500 }),
  bindDn: Type.Optional(Type.String({ maxLength: 1000 })),
  bindPassword: Type.Optional(Long),
  baseDn: Long,
  enabled: Type.Optional(Type.Boolean()),
  settings: Type.Optional(DirectorySettings),
});

const BY_NAME = { ...ADMINISTERED, params: { name: identifier() }, answers: { 204: null } } as const;

/** External sources of users. Secrets are write-only. */
export const federationContract = contract(FEDERATION, {
  providers: {
    access: 'administerAll',
    summary: 'External OpenID providers for signing in',
    answers: { 200: object({ providers: Type.Array(Provider) }) },
  },
  saveProvider: {
    ...BY_NAME,
    summary: 'Adds or replaces an OpenID provider on the sign-in page',
    body: SavedProvider,
    example: {
      params: { name: 'proconnect' },
      body: { title: 'ProConnect', issuer: 'https://id.example.org', clientId: 'alzette', enabled: false },
    },
  },
  deleteProvider: { ...BY_NAME, summary: 'Removes an OpenID provider' },
  directories: {
    access: 'administerAll',
    summary: 'LDAP directories whose users sign in',
    answers: { 200: object({ directories: Type.Array(Directory) }) },
  },
  saveDirectory: {
    ...BY_NAME,
    summary: 'Adds or replaces an LDAP directory',
    body: SavedDirectory,
    example: {
      params: { name: 'town-hall' },
      body: { url: 'ldaps://ldap.example.org', baseDn: 'ou=people,dc=example,dc=org', enabled: false },
    },
  },
  deleteDirectory: { ...BY_NAME, summary: 'Removes an LDAP directory' },
  sync: {
    access: 'administerAll',
    summary: 'Synchronises the directory now; this also happens every hour',
    params: BY_NAME.params,
    answers: { 200: SyncReport },
  },
});

export type FederationContract = typeof federationContract;
export type ExternalProvider = Value<typeof Provider>;
export type SavedProvider = Value<typeof SavedProvider>;
export type Directory = Value<typeof Directory>;
export type SavedDirectory = Value<typeof SavedDirectory>;
export type SyncReport = Value<typeof SyncReport>;
