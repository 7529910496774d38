import type { Queryable } from '@alzette/kit/database';
import type { Judge, ObjectKind } from '@alzette/kit/objects';
import type { RuleDocument } from '../contract/rule.ts';
import { findRule, type StoredRule } from '../store/rule-rows.ts';

/** What rules and maintenance are about: types of entities, and scopes with those below them. */
interface About {
  readonly types?: readonly string[] | undefined;
  readonly scopes?: readonly string[] | undefined;
}

/**
 * A rule is for who may read entities of all its types in all its scopes, whichever of their attributes, and for
 * administrators. Strangers see none, whatever a policy lets anyone read. Only administrators change rules.
 */
export function rulesKind(db: Queryable): ObjectKind<StoredRule> {
  return {
    name: 'rule',
    find: (tenant, id) => findRule(db, tenant, id),
    may: (action, { document }, judge) =>
      judge.caller.administers || (action === 'read' && isReadable(aboutOf(document), judge)),
  };
}

function aboutOf({ scope: { types, scopeQ } }: RuleDocument): About {
  return { types, scopes: scopeQ === undefined ? undefined : scopesIn(scopeQ) };
}

/** Whether a known person may read entities of each of the types in each of the scopes. */
export function isReadable({ types, scopes }: About, judge: Judge): boolean {
  if (judge.caller.kind === 'anonymous') return false;
  const of = (type: string | undefined, scope: string): boolean => {
    const plan = { id: 'urn:ngsi-ld:Entity:any', types: type === undefined ? [] : [type], scopes: [scope] };
    return judge.may('read', plan, []);
  };
  if (scopes === undefined) return types?.every((type) => judge.mayAny('read', [type])) ?? false;
  return (types ?? [undefined]).every((type) => scopes.every((scope) => of(type, scope)));
}

/** `/Villerupt/#,/Thil` → `/Villerupt`, `/Thil`. A level that may be any ends the scope. */
function scopesIn(scopeQ: string): string[] {
  return scopeQ
    .split(/[,;|()]+/)
    .map((each) => each.trim().replace(/\/[#+].*$/, ''))
    .filter((each) => each !== '');
}
