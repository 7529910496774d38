import type { Entity } from '../model/entity.ts';
import { ADMINISTRATORS, isFor, isOfTenant, organisationFor, type Policy, ruleOf } from './policy.ts';
import type { Action, Principal } from './principal.ts';
import { visibleNames } from './visibility.ts';

export interface Question {
  readonly principal: Principal;
  readonly action: Action;
  readonly tenant: string;
  /** IRI; absent: any type. */
  readonly type?: string;
  /** IRI; absent: no particular attribute. */
  readonly attribute?: string;
  /** The stored entity; absent: no particular entity. */
  readonly entity?: Entity;
}

interface PolicyVerdict {
  readonly policy: string;
  readonly applies: boolean;
  /** The reason why a policy does not apply. */
  readonly because: string;
}

export interface Explanation {
  readonly allowed: boolean;
  readonly why: string;
  readonly policies: readonly PolicyVerdict[];
}

/** Explains why a request is allowed or refused, with the verdict of each policy. */
export function explain(policies: readonly Policy[], question: Question): Explanation {
  const { principal, action } = question;
  const verdicts = [ADMINISTRATORS, ...policies].map((policy): PolicyVerdict => {
    const against = objectionOf(policy, question);
    return { policy: policy.id, applies: against === undefined, because: against ?? 'all its conditions are met' };
  });
  const granting = verdicts.filter(({ applies }) => applies).map(({ policy }) => policy);
  if (principal.actions !== undefined && !principal.actions.includes(action)) {
    const why = `The credential is limited to ${principal.actions.join(', ') || 'nothing'}, which does not include ${action}`;
    return { allowed: false, why, policies: verdicts };
  }
  if (granting.length > 0) return { allowed: true, why: `Allowed by ${granting.join(', ')}`, policies: verdicts };
  return { allowed: false, why: `No policy allows it, so it is refused`, policies: verdicts };
}

function objectionOf(
  policy: Policy,
  { principal, action, tenant, type, attribute, entity }: Question,
): string | undefined {
  if (policy.until !== undefined && Date.parse(policy.until) <= Date.now()) return `it ended at ${policy.until}`;
  if (!isFor(policy, principal)) return `it applies to ${JSON.stringify(policy.who)}`;
  if (!policy.may.includes(action)) return `it allows ${policy.may.join(', ')}, not ${action}`;
  if (!isOfTenant(policy, tenant)) return `it applies to the tenants ${JSON.stringify(policy.tenants)}`;
  const rule = ruleOf(policy, organisationFor(policy, principal));
  if (rule === undefined) return 'it applies to the scope of the organisation, but there is none';
  if (type !== undefined && policy.types !== undefined && !policy.types.includes(type))
    return `it applies to the types ${policy.types.join(', ')}`;
  const names = entity === undefined ? undefined : visibleNames([rule], entity);
  if (entity !== undefined && names === undefined) return 'the entity does not match its types, ids, scope or area';
  if (attribute === undefined) return undefined;
  const isShown = rule.attributes?.has(attribute) !== false && rule.except?.has(attribute) !== true;
  return isShown ? undefined : 'the attribute is not among its attributes';
}
