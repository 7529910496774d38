import { ADMINISTRATORS, isFor, isOfTenant, organisationFor, type Policy, ruleOf } from './policy.ts';
import type { Action, Principal } from './principal.ts';
import type { Rights, Visibility, VisibleRule } from './visibility.ts';

/** The rights of a principal in a tenant, compiled from the policies that apply. */
export interface Grant extends Rights {
  /** What the principal may propose to change; somebody with the right to write confirms it. */
  readonly propose: Visibility;
  readonly administers: boolean;
  /** The whole broker with all tenants. */
  readonly administersAll: boolean;
}

export function grantOf(policies: readonly Policy[], principal: Principal, tenant: string): Grant {
  const { owner, tenants } = principal;
  const isElsewhere = tenants?.includes(tenant) === false;
  const own = isElsewhere
    ? []
    : owner === undefined
      ? policiesFor(policies, principal)
      : delegatedTo(policies, principal, owner.policies);
  const may = (action: Action) => {
    if (principal.actions !== undefined && !principal.actions.includes(action)) return [];
    return own.filter((policy) => policy.may.includes(action));
  };
  const inTenant = (action: Action) => may(action).filter((policy) => isOfTenant(policy, tenant));
  return {
    read: visibilityOf(inTenant('read'), principal),
    write: visibilityOf(inTenant('write'), principal),
    propose: visibilityOf(inTenant('propose'), principal),
    administers: inTenant('administer').length > 0,
    administersAll: may('administer').some(({ tenants }) => tenants.includes('*')),
  };
}

function policiesFor(policies: readonly Policy[], principal: Principal): Policy[] {
  return [ADMINISTRATORS, ...policies].filter((policy) => isFor(policy, principal));
}

/** The policies for which someone may create keys: the given ones, or all. */
export function delegatedTo(
  policies: readonly Policy[],
  principal: Principal,
  named?: readonly string[],
): readonly Policy[] {
  return policies.filter(
    (policy) => policy.delegable === true && named?.includes(policy.id) !== false && isFor(policy, principal),
  );
}

function visibilityOf(policies: readonly Policy[], principal: Principal): Visibility {
  const rules = policies.flatMap((policy): VisibleRule[] => {
    const rule = ruleOf(policy, organisationFor(policy, principal));
    return rule === undefined ? [] : [rule];
  });
  return rules.some(isUnlimited) ? 'all' : rules;
}

function isUnlimited({ entities, attributes, except }: VisibleRule): boolean {
  return Object.keys(entities).length === 0 && attributes === undefined && except === undefined;
}

export function isNothing(visibility: Visibility): boolean {
  return visibility !== 'all' && visibility.length === 0;
}
