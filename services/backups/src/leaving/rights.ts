import type { Queryable } from '@alzette/kit/database';

/** The ids of what gives rights in one tenant and in no other. */
export interface Rights {
  readonly policies: readonly string[];
  readonly roles: readonly string[];
  readonly groups: readonly string[];
  readonly organisations: readonly string[];
  readonly accounts: readonly string[];
  readonly clients: readonly string[];
  readonly keys: readonly string[];
  /** Accounts, clients and keys that also have rights in other tenants. They stay where they are. */
  readonly others: number;
}

const HAS_ACCOUNTS = `SELECT to_regclass('identity.account') IS NOT NULL AS there`;
const POLICIES = 'SELECT id, document::text FROM access_policy ORDER BY id';
const KEYS = 'SELECT id, document::text FROM access_key ORDER BY id';
const GROUPS = 'SELECT id, roles FROM identity.user_group';
const ACCOUNTS = `SELECT id, roles, groups, organisation, is_break_glass AS "isOfSite" FROM identity.account ORDER BY id`;
const CLIENTS = `SELECT id, roles, groups, organisation, false AS "isOfSite" FROM identity.client ORDER BY id`;
const ADMINISTRATOR = 'administrator';

interface Who {
  readonly roles?: readonly string[];
  readonly groups?: readonly string[];
  readonly organisations?: readonly string[];
  readonly clients?: readonly string[];
  readonly subjects?: readonly string[];
}
interface Policy {
  readonly id: string;
  readonly who: Who;
  readonly tenants: readonly string[];
}
interface Principal {
  readonly id: string;
  readonly roles: readonly string[] | null;
  readonly groups: readonly string[] | null;
  readonly organisation: string | null;
  readonly isOfSite: boolean;
}

/**
 * Who has rights in this tenant alone, by the policies. Accounts are of the whole installation, so those that a policy of
 * another tenant reaches, and administrators of the installation, do not belong to it.
 */
export async function rightsOf(db: Queryable, tenant: string): Promise<Rights> {
  const read = await db.query<{ id: string; document: string }>({ text: POLICIES });
  const policies = read.rows.map(({ id, document }): Policy => {
    const { who, tenants = [''] } = JSON.parse(document); // written by the broker
    return { id, who, tenants };
  });
  const own = policies.filter(({ tenants }) => tenants.length === 1 && tenants[0] === tenant);
  const others = policies.filter((policy) => !own.includes(policy));
  const hasAccounts = (await db.query<{ there: boolean }>({ text: HAS_ACCOUNTS })).rows[0]?.there === true;
  const groups = new Map<string, readonly string[]>();
  if (hasAccounts) {
    const { rows } = await db.query<{ id: string; roles: string[] }>({ text: GROUPS });
    for (const group of rows) groups.set(group.id, group.roles);
  }
  const rolesOf = ({ roles, groups: of }: Principal) => [
    ...(roles ?? []),
    ...(of ?? []).flatMap((group) => groups.get(group) ?? []),
  ];
  const reaches = (policy: Policy, principal: Principal, kind: 'clients' | 'subjects') =>
    isAny(policy.who.roles, rolesOf(principal)) ||
    isAny(policy.who.groups, principal.groups ?? []) ||
    isAny(policy.who.organisations, principal.organisation === null ? [] : [principal.organisation]) ||
    isAny(policy.who[kind], [principal.id]);
  let shared = 0;
  const belonging = (principals: readonly Principal[], kind: 'clients' | 'subjects') =>
    principals.filter((principal) => {
      if (!own.some((policy) => reaches(policy, principal, kind))) return false;
      const isShared =
        principal.isOfSite ||
        rolesOf(principal).includes(ADMINISTRATOR) ||
        others.some((policy) => reaches(policy, principal, kind));
      if (isShared) shared += 1;
      return !isShared;
    });
  const query = async (text: string) => (hasAccounts ? (await db.query<Principal>({ text })).rows : []);
  const accounts = belonging(await query(ACCOUNTS), 'subjects');
  const clients = belonging(await query(CLIENTS), 'clients');
  const keys = belonging(await readKeys(db), 'subjects');
  const members = [...accounts, ...clients];
  const named = (read: (who: Who) => readonly string[] | undefined, held: (of: Principal) => readonly string[]) => [
    ...new Set([...own.flatMap(({ who }) => read(who) ?? []), ...members.flatMap(held)]),
  ];
  const ofOthers = new Set(others.flatMap(({ who }) => who.groups ?? []));
  return {
    policies: idsOf(own),
    roles: named(
      ({ roles }) => roles,
      ({ roles }) => roles ?? [],
    ),
    groups: named(
      ({ groups: of }) => of,
      ({ groups: of }) => of ?? [],
    ).filter((group) => !ofOthers.has(group)),
    organisations: named(
      ({ organisations }) => organisations,
      ({ organisation }) => (organisation === null ? [] : [organisation]),
    ),
    accounts: idsOf(accounts),
    clients: idsOf(clients),
    keys: idsOf(keys),
    others: shared,
  };
}

async function readKeys(db: Queryable): Promise<Principal[]> {
  const { rows } = await db.query<{ id: string; document: string }>({ text: KEYS });
  return rows.map(({ id, document }) => {
    const { roles = [], groups = [], organisation = null } = JSON.parse(document);
    return { id, roles, groups, organisation, isOfSite: false };
  });
}

const isAny = (given: readonly string[] | undefined, of: readonly string[]) =>
  given?.some((each) => of.includes(each)) === true;

const idsOf = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id);
