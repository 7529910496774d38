import { LANGUAGES } from '@alzette/kit/languages';
import { type Accounts, type Client, ForeignFileError, idOf, readJson, type User } from './accounts.ts';

/* The members of a realm's export that are read (`kc.sh export --users realm_file`). */
interface Realm {
  readonly realm: string;
  readonly roles?: { readonly realm?: readonly Role[] };
  readonly groups?: readonly Group[];
  readonly users?: readonly RealmUser[];
  readonly clients?: readonly RealmClient[];
  readonly identityProviders?: readonly { readonly alias: string; readonly config?: { readonly issuer?: string } }[];
  readonly components?: { readonly [kind: string]: readonly Component[] };
}

interface Role {
  readonly name: string;
  readonly description?: string;
  readonly composites?: { readonly realm?: readonly string[] };
}

interface Group {
  readonly name: string;
  readonly path?: string;
  readonly realmRoles?: readonly string[];
  readonly subGroups?: readonly Group[];
}

interface RealmUser {
  readonly username: string;
  readonly email?: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly enabled?: boolean;
  readonly attributes?: { readonly [name: string]: readonly string[] };
  readonly realmRoles?: readonly string[];
  readonly groups?: readonly string[];
  readonly serviceAccountClientId?: string;
  readonly federationLink?: string;
}

interface RealmClient {
  readonly clientId: string;
  readonly name?: string;
  readonly enabled?: boolean;
  readonly protocol?: string;
  readonly publicClient?: boolean;
  readonly bearerOnly?: boolean;
  readonly standardFlowEnabled?: boolean;
  readonly serviceAccountsEnabled?: boolean;
  readonly redirectUris?: readonly string[];
  readonly attributes?: { readonly [name: string]: string };
}

interface Component {
  readonly name?: string;
  readonly providerId?: string;
  readonly config?: { readonly [name: string]: readonly string[] };
}

const EXPECTED = 'the export of a Keycloak realm, with `realm`: kc.sh export --realm NAME --users realm_file';
const BUILT_IN_ROLES = /^(offline_access|uma_authorization|default-roles-.*)$/;
const BUILT_IN_CLIENTS = /^(account|account-console|admin-cli|broker|realm-management|security-admin-console)$/;
const STORAGE = 'org.keycloak.storage.UserStorageProvider';

/**
 * The accounts, groups, roles and clients of a realm. Passwords and secrets are not taken along.
 *
 * @throws ForeignFileError: the file is no such export
 */
export function accountsOfKeycloak(text: string): Accounts {
  const realm = readJson(text, EXPECTED) as Realm;
  if (typeof realm?.realm !== 'string') throw new ForeignFileError('realm', typeof realm?.realm, EXPECTED);
  const roles = (realm.roles?.realm ?? []).filter(({ name }) => !BUILT_IN_ROLES.test(name));
  const groups = flat(realm.groups ?? []);
  const people = (realm.users ?? []).filter(({ serviceAccountClientId }) => serviceAccountClientId === undefined);
  const users = people.filter(({ enabled, federationLink }) => enabled !== false && federationLink === undefined);
  const clients = (realm.clients ?? []).filter(({ clientId }) => !BUILT_IN_CLIENTS.test(clientId));
  const moved = clients.map((client) => clientOf(client, rolesOfService(realm, client.clientId)));
  return {
    roles: roles.map(({ name, description = '' }) => ({ id: idOf(name), description: plain(description) })),
    groups: groups.map(({ path, group }) => ({
      id: groupId(path),
      name: group.name,
      roles: ownRoles(group.realmRoles),
    })),
    users: users.map(userOf),
    clients: moved.flatMap((each) => (typeof each === 'string' ? [] : [each])),
    notes: [
      ...moved.filter((each) => typeof each === 'string'),
      ...roles
        .filter(({ composites }) => (composites?.realm?.length ?? 0) > 0)
        .map(
          ({ name, composites }) => `role ${name} contains ${composites?.realm?.join(', ')}: give a group all of them`,
        ),
      ...notMoved(people, users),
      ...(realm.identityProviders ?? []).map(
        ({ alias, config }) =>
          `sign-in with ${alias} (${config?.issuer ?? 'no issuer'}): PUT /ops/identity/providers/${idOf(alias)}`,
      ),
      ...(realm.components?.[STORAGE] ?? []).map(
        ({ name = '', config }) =>
          `directory ${name} (${config?.connectionUrl?.[0] ?? 'no URL'}): PUT /ops/identity/directories/${idOf(name)}`,
      ),
    ],
  };
}

function flat(groups: readonly Group[], above = ''): { path: string; group: Group }[] {
  return groups.flatMap((group) => {
    const path = group.path ?? `${above}/${group.name}`;
    return [{ path, group }, ...flat(group.subGroups ?? [], path)];
  });
}

/** Groups are paths there: `/agents/night` is `agents.night` here. */
function groupId(path: string): string {
  return path.split('/').filter(Boolean).map(idOf).join('.').slice(0, 64);
}

const ownRoles = (names: readonly string[] = []) => names.filter((name) => !BUILT_IN_ROLES.test(name)).map(idOf);
/** Descriptions of built-in roles are keys of texts: `${role_admin}`. */
const plain = (description: string) => (/^\$\{.*\}$/.test(description) ? '' : description.slice(0, 200));

function userOf({ username, email, firstName, lastName, attributes, realmRoles, groups }: RealmUser): User {
  const language = LANGUAGES.find((each) => each === attributes?.locale?.[0]);
  return {
    username,
    ...(email && { email }),
    ...(firstName && { givenName: firstName }),
    ...(lastName && { familyName: lastName }),
    ...(language && { language }),
    roles: ownRoles(realmRoles),
    groups: (groups ?? []).map(groupId),
  };
}

function rolesOfService({ users = [] }: Realm, clientId: string): string[] {
  return ownRoles(users.find(({ serviceAccountClientId }) => serviceAccountClientId === clientId)?.realmRoles);
}

/** A string says why it does not come along. */
function clientOf(client: RealmClient, roles: readonly string[]): Client | string {
  const { clientId, name, protocol = 'openid-connect', attributes = {} } = client;
  const id = idOf(clientId);
  if (protocol !== 'openid-connect') return `client ${clientId}: ${protocol} is not spoken here; use OpenID Connect`;
  if (client.bearerOnly) return `client ${clientId} only checks tokens: let it check those of PUBLIC_URL/oidc`;
  const common = { name: (name && plain(name)) || clientId, enabled: client.enabled !== false };
  if (client.standardFlowEnabled) {
    const uris = client.redirectUris ?? [];
    const redirectUris = uris.filter((uri) => URL.canParse(uri) && !uri.includes('*'));
    if (redirectUris.length === 0)
      return `client ${clientId}: its return addresses ${uris.join(', ') || '(none)'} have patterns; save it with whole ones`;
    const logout = (attributes['post.logout.redirect.uris'] ?? '').split('##');
    const document = {
      ...common,
      kind: client.publicClient ? ('public' as const) : ('web' as const),
      redirectUris,
      postLogoutRedirectUris: logout.filter((uri) => URL.canParse(uri) && !uri.includes('*')),
      ...(attributes['backchannel.logout.url'] && { backchannelLogoutUri: attributes['backchannel.logout.url'] }),
    };
    return { id, document };
  }
  if (attributes['oauth2.device.authorization.grant.enabled'] === 'true')
    return { id, document: { ...common, kind: 'device' } };
  if (client.serviceAccountsEnabled) return { id, document: { ...common, kind: 'machine', roles: [...roles] } };
  return `client ${clientId} signs in with passwords of users or without code: save it as web, public or machine`;
}

function notMoved(people: readonly RealmUser[], users: readonly RealmUser[]): string[] {
  const disabled = people.filter(({ enabled }) => enabled === false).map(({ username }) => username);
  const federated = people.filter(({ federationLink }) => federationLink !== undefined).length;
  return [
    ...(users.length > 0 ? ['passwords and second factors: everybody chooses new ones (alzette user link NAME)'] : []),
    ...(disabled.length > 0 ? [`disabled accounts: ${disabled.join(', ')}`] : []),
    ...(federated > 0 ? [`${federated} accounts of a directory: they come with it`] : []),
  ];
}
