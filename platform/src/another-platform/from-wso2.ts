import { parse } from 'yaml';
import { type Accounts, type Client, ForeignFileError, idOf, type User } from './accounts.ts';

/* `apictl export app` of the API Manager. */
interface Application {
  readonly applicationInfo: {
    readonly name: string;
    readonly throttlingPolicy?: string;
    readonly keys?: readonly Key[];
  };
  readonly subscribedAPIs?: readonly { readonly apiId: { readonly apiName: string; readonly version: string } }[];
}

interface Key {
  readonly consumerKey: string;
  readonly keyType?: string;
  readonly supportedGrantTypes?: readonly string[];
  readonly callbackUrl?: string | null;
}

/* `GET /scim2/Users` of the Identity Server. */
interface ScimUser {
  readonly userName: string;
  readonly name?: { readonly givenName?: string; readonly familyName?: string };
  readonly emails?: readonly (string | { readonly value: string; readonly primary?: boolean })[];
  readonly active?: boolean;
  readonly groups?: readonly { readonly display: string }[];
  readonly roles?: readonly { readonly display?: string; readonly value?: string }[];
}

const EXPECTED = 'an application of `apictl export app`, or the answer of GET /scim2/Users';
const BUILT_IN = /^(everyone|subscriber|publisher|creator|application\/.*|system)$/i;
/** The policies of applications that WSO2 comes with. */
const PER_MINUTE: { readonly [policy: string]: number } = { '10PerMin': 10, '20PerMin': 20, '50PerMin': 50 };

/**
 * Applications of a WSO2 API Manager as clients with their limits, or users of its Identity Server as accounts.
 *
 * @throws ForeignFileError: it is neither
 */
export function accountsOfWso2(text: string): Accounts {
  const read = readYaml(text) as {
    data?: Partial<Application>;
    Resources?: readonly ScimUser[];
  } & Partial<Application>;
  if (Array.isArray(read?.Resources)) return accountsOfScim(read.Resources);
  const application = read?.data ?? read;
  if (typeof application?.applicationInfo?.name !== 'string')
    throw new ForeignFileError('applicationInfo.name', 'nothing', EXPECTED);
  return accountsOfApplication(application as Application);
}

/** JSON is YAML too. */
function readYaml(text: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    throw new ForeignFileError('file', (cause as Error).message, EXPECTED);
  }
}

function accountsOfApplication({ applicationInfo, subscribedAPIs = [] }: Application): Accounts {
  const { name, throttlingPolicy = 'Unlimited', keys = [] } = applicationInfo;
  const perMinute = PER_MINUTE[throttlingPolicy];
  const limits = perMinute === undefined ? undefined : [{ requests: perMinute, per: 'minute' }];
  const isOwn = perMinute === undefined && throttlingPolicy !== 'Unlimited';
  return {
    roles: [],
    groups: [],
    users: [],
    clients: keys.map((key) => clientOf(name, key, limits)),
    notes: [
      ...(keys.length === 0 ? [`application ${name} has no keys: export it with --with-keys`] : []),
      ...(isOwn ? [`policy ${throttlingPolicy}: PUT /ops/access/limits/client:ID`] : []),
      ...subscribedAPIs.map(
        ({ apiId }) =>
          `API ${apiId.apiName} ${apiId.version}: its path here is in /openapi; give the client's role a policy`,
      ),
    ],
  };
}

function clientOf(name: string, key: Key, limits: Client['limits']): Client {
  const { consumerKey, keyType, supportedGrantTypes = [], callbackUrl } = key;
  const title = keyType === 'SANDBOX' ? `${name} (sandbox)` : name;
  const isWeb = supportedGrantTypes.includes('authorization_code') && callbackUrl && URL.canParse(callbackUrl);
  return {
    id: idOf(consumerKey),
    document: isWeb
      ? { name: title, kind: 'web', redirectUris: [callbackUrl], api: ['read'] }
      : { name: title, kind: 'machine', api: ['read'] },
    ...(limits && { limits }),
  };
}

function accountsOfScim(users: readonly ScimUser[]): Accounts {
  const active = users.filter((user) => user.active !== false);
  const off = users.filter((user) => user.active === false).map(({ userName }) => ownName(userName));
  const groupsOf = ({ groups = [] }: ScimUser) =>
    groups.map(({ display }) => ownName(display)).filter((name) => !BUILT_IN.test(name));
  const names = [...new Set(active.flatMap(groupsOf))];
  return {
    roles: [],
    groups: names.map((name) => ({ id: idOf(name), name, roles: [] })),
    users: active.map((user) => userOf(user, groupsOf(user).map(idOf))),
    clients: [],
    notes: [
      'groups have no roles yet: PUT /ops/identity/groups/ID {"name": …, "roles": […]}',
      'passwords: everybody chooses a new one (alzette user link NAME)',
      ...(off.length > 0 ? [`disabled accounts: ${off.join(', ')}`] : []),
    ],
  };
}

/** `PRIMARY/ada`, `Internal/everyone`: before the slash is the store. */
const ownName = (name: string) => name.slice(name.indexOf('/') + 1);

function userOf({ userName, name, emails = [] }: ScimUser, groups: readonly string[]): User {
  const [mail] = emails.toSorted((a, b) => rank(a) - rank(b));
  const email = typeof mail === 'string' ? mail : mail?.value;
  return {
    username: ownName(userName),
    ...(email && { email }),
    ...(name?.givenName && { givenName: name.givenName }),
    ...(name?.familyName && { familyName: name.familyName }),
    groups,
  };
}

const rank = (mail: string | { readonly primary?: boolean }) => (typeof mail !== 'string' && mail.primary ? 0 : 1);
