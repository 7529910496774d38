import type { Entity } from '../model/entity.ts';
import { ADMINISTRATORS, isFor, isOfTenant, organisationFor, type Policy, ruleOf } from './policy.ts';
import type { Action, Principal } from './principal.ts';
import { visibleNames } from './visibility.ts';

export interface Question {
  readonly principal: Principal;
  readonly action: Action;
  readonly tenant: string;
  /** IRI; absent: any. */
  readonly type?: string;
  /** IRI; absent: none in particular. */
  readonly attribute?: string;
  /** As it is stored; absent: none in particular. */
  readonly entity?: Entity;
}

interface PolicyVerdict {
  readonly policy: string;
  readonly applies: boolean;
  /** What stands against it. */
  readonly because: string;
}

export interface Explanation {
  readonly allowed: boolean;
  readonly why: string;
  readonly policies: readonly PolicyVerdict[];
}

/** Why a request is allowed or refused: what each policy says to it. */
export function explain(policies: readonly Policy[], question: Question): Explanation {
  const { principal, action } = question;
  const verdicts = [ADMINISTRATORS, ...policies].map((policy): PolicyVerdict => {
    const against = objectionOf(policy, question);
    return { policy: policy.id, applies: against === undefined, because: against ?? 'everything in it holds' };
  });
  const granting = verdicts.filter(({ applies }) => applies).map(({ policy }) => policy);
  if (principal.actions !== undefined && !principal.actions.includes(action)) {
    const why = `The credential is good for ${principal.actions.join(', ') || 'nothing'} alone, not to ${action}`;
    return { allowed: false, why, policies: verdicts };
  }
  if (granting.length > 0) return { allowed: true, why: `Allowed by ${granting.join(', ')}`, policies: verdicts };
  return { allowed: false, why: `No policy allows it: what none lets through is refused`, policies: verdicts };
}

function objectionOf(
  policy: Policy,
  { principal, action, tenant, type, attribute, entity }: Question,
): string | undefined {
  if (!isFor(policy, principal)) return `it is for ${JSON.stringify(policy.who)}`;
  if (!policy.may.includes(action)) return `it lets ${policy.may.join(', ')}, not ${action}`;
  if (!isOfTenant(policy, tenant)) return `it is for the tenants ${JSON.stringify(policy.tenants)}`;
  const rule = ruleOf(policy, organisationFor(policy, principal));
  if (rule === undefined) return 'it is for the scope of an organisation, and there is none';
  if (type !== undefined && policy.types !== undefined && !policy.types.includes(type))
    return `it is for the types ${policy.types.join(', ')}`;
  const names = entity === undefined ? undefined : visibleNames([rule], entity);
  if (entity !== undefined && names === undefined) return 'the entity is not of its types, ids, scope or area';
  if (attribute === undefined) return undefined;
  const isShown = rule.attributes?.has(attribute) !== false && rule.except?.has(attribute) !== true;
  return isShown ? undefined : 'the attribute is not among its attributes';
}
