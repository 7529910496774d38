import { ADMINISTERED_ROUTES } from './administered-routes.ts';
import { JUDGED_ROUTES } from './judged-routes.ts';
import { OPEN_ROUTES } from './open-routes.ts';

/*
 * The access model, written a second time independently of the code: the required right of each route, and the rights of each
 * role. The matrix and the fuzzer compare the product with it. A new route needs a row.
 */

export type Need =
  | 'nobody'
  | 'itself'
  | 'user'
  | 'delegate'
  | 'read'
  | 'write'
  | 'subscribe'
  | 'administer'
  | 'administerAll';

/**
 * `nobody`: public; `itself`: the route checks forms, cookies or devices' keys itself; `user`: any signed-in user;
 * `delegate`: users whom a policy lets create keys, whatever the tenant.
 */
export const ROUTES: { readonly [need in Need]: readonly string[] } = {
  ...OPEN_ROUTES,
  ...JUDGED_ROUTES,
  ...ADMINISTERED_ROUTES,
};

export interface May {
  readonly read?: true;
  readonly write?: true;
  readonly administer?: true;
  readonly administerAll?: true;
  readonly delegate?: true;
}

/** The organisation of a role, in its token. */
export const ORGANISATIONS: { readonly [role: string]: string } = { contractor: 'Prestataire_A' };

/** Limits on the rights of a role: a contractor sees only the work orders of its organisation. */
const LIMITS: { readonly [role: string]: object } = {
  contractor: { types: ['https://w3id.org/alzette/def/WorkOrder'], scopeQ: '/{organisation}/#' },
};

export const ROLES: { readonly [role: string]: May } = {
  anonymous: {},
  stranger: {},
  citizen: { read: true },
  agent: { read: true, write: true },
  contractor: { read: true, write: true },
  provider: { write: true, delegate: true },
  manager: { read: true, write: true, administer: true },
  steward: { administer: true },
  administrator: { read: true, write: true, administer: true, administerAll: true },
};

/** By operation, such as `GET /live`. */
export function needsByOperation(): ReadonlyMap<string, Need> {
  const needs = new Map<string, Need>();
  for (const [need, rows] of Object.entries(ROUTES) as [Need, readonly string[]][]) {
    for (const operation of operationsIn(rows)) needs.set(operation, need);
  }
  return needs;
}

/** `GET,POST /rules` → `GET /rules`, `POST /rules`. */
export function operationsIn(rows: readonly string[]): string[] {
  return rows.flatMap((row) => {
    const [methods = '', path] = row.split(' ');
    return methods.split(',').map((method) => `${method} ${path}`);
  });
}

/** The policies with the rights of the roles in one tenant; the administrator needs none. */
export function policiesOf(tenant: string): { readonly role: string; readonly policy: object }[] {
  return Object.entries(ROLES).flatMap(([role, { administerAll, delegate, ...may }]) =>
    administerAll || Object.keys(may).length === 0
      ? []
      : [
          {
            role,
            policy: {
              who: { roles: [role] },
              may: Object.keys(may),
              tenants: [tenant],
              delegable: delegate ?? false,
              ...LIMITS[role],
            },
          },
        ],
  );
}

/** The rights of a role in a tenant. @param own the tenant that its policy is for */
export function rightsIn(tenant: string, role: string, own: string): May {
  const may = ROLES[role] ?? {};
  if (tenant === own || may.administerAll) return may;
  return may.delegate ? { delegate: may.delegate } : {};
}

export function isAllowed(need: Need, may: May, isKnown: boolean): boolean {
  if (need === 'nobody' || need === 'itself') return true;
  if (need === 'user') return isKnown;
  if (need === 'subscribe') return isKnown && may.read === true;
  return may[need] === true;
}
