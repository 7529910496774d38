import type { Caller } from '@alzette/kit/access';
import type { Queryable } from '@alzette/kit/database';
import type { Judge, ObjectAction, ObjectKind } from '@alzette/kit/objects';
import type { Territories } from '@alzette/kit/service';
import type { Action, Procedure } from '../contract/procedure.ts';
import { findDossier, type KeptDossier } from '../stored/dossier-rows.ts';
import { CASE_TYPE, type Dossier, scopesOf, urnOf } from '../workflow/dossier.ts';

/** What requests of the desk are about. All are judged by the rights on entities of dossiers. */
export interface CaseObjects {
  readonly dossier: ObjectKind<KeptDossier>;
  /** Procedures with their drafts, and what can be booked: for who may read dossiers of some commune. */
  readonly desk: ObjectKind<true>;
}

export function caseObjects(db: Queryable, territories: Territories): CaseObjects {
  return {
    dossier: {
      name: 'dossier',
      find: (tenant, id) => findDossier(db, tenant, id),
      may: (action, { dossier }, judge) => mayDossier(judge, action, dossier),
    },
    desk: {
      name: 'procedures of the desk',
      find: () => true,
      may(action, _document, judge) {
        const scopes = territories.of(judge.caller.tenant).communes.map(({ scope }) => [scope]);
        return [[], ...scopes].some((each) => judge.may(action, planOf(each)));
      },
    },
  };
}

export function mayDossier(judge: Judge, action: ObjectAction, dossier: Dossier): boolean {
  return judge.may(action, planOf(scopesOf(dossier), urnOf(dossier.id)));
}

/** Whether the caller may read dossiers of these scopes; none: those of the whole territory. */
export function mayReadIn(judge: Judge, scopes: readonly string[]): boolean {
  return judge.may('read', planOf(scopes));
}

function planOf(scopes: readonly string[], id = urnOf('any')) {
  return { id, types: [CASE_TYPE], ...(scopes.length > 0 && { scopes }) };
}

/** Whether the caller has the function that an action or a field is for. */
export function hasFunction(
  { functions }: Pick<Procedure, 'functions'>,
  id: string,
  { kind, roles, groups, administers }: Pick<Caller, 'kind' | 'roles' | 'groups' | 'administers'>,
): boolean {
  const bound = functions.find((each) => each.id === id)?.groups;
  if (bound === undefined || kind === 'open' || administers) return true;
  return bound.some((name) => roles.includes(name) || groups.includes(name));
}

export function mayDo(procedure: Procedure, { by }: Action, caller: Caller): boolean {
  return by === undefined || hasFunction(procedure, by, caller);
}
