import { actor, sender } from '@alzette/kit/access';
import type { Queryable } from '@alzette/kit/database';
import type { Judge, ObjectKind } from '@alzette/kit/objects';
import { type Dashboard, type Question, TYPE_VARIABLE } from '@alzette/ngsi-ld-schemas/dashboards';
import { COUNTED, type CountedName } from '@alzette/ngsi-ld-schemas/figures';
import type { SavedView } from '../contract/contract.ts';
import type { SavedQuestion } from '../contract/documents.ts';
import { findDashboard, type KeptDashboard } from './dashboard-rows.ts';
import { QUESTIONS, VIEWS } from './document-rows.ts';

/**
 * A dashboard is for its author, its roles and administrators; without roles, if it is published, for everyone who is known
 * and may read some entities of a type that it shows. Its data are read with the rights of its reader anyway.
 */
export function dashboardKind(db: Queryable): ObjectKind<KeptDashboard> {
  return {
    name: 'dashboard',
    find: (tenant, id) => findDashboard(db, tenant, id),
    async may(action, { dashboard, author, isPublished }, judge) {
      const { caller } = judge;
      if (caller.administers || author === actor(caller)) return true;
      if (action === 'write' || caller.kind === 'anonymous') return false;
      if (dashboard.roles.length > 0) return dashboard.roles.some((role) => caller.roles.includes(role));
      if (!isPublished) return false;
      const types = await typesOf(db, caller.tenant, dashboard);
      return types.length === 0 || judge.mayAny('read', types);
    },
  };
}

/** A saved question is for its author, administrators, and who may read some entities of its types. */
export const questionKind: ObjectKind<SavedQuestion & { readonly author: string }> = {
  name: 'question',
  find: () => undefined, // found by the routes, because saving may create it
  may(action, { question, author }, { caller, mayAny }) {
    if (caller.administers || author === actor(caller)) return true;
    return (
      action === 'read' && caller.kind !== 'anonymous' && typesIn(question).every((type) => mayAny('read', [type]))
    );
  },
};

/** A saved view is for its author, and if it is shared for its group and administrators. Its author changes it. */
export function viewKind(db: Queryable): ObjectKind<SavedView & { readonly author: string }> {
  return {
    name: 'saved view',
    find: (tenant, id) => VIEWS.find(db, tenant, id),
    may(action, { author, group }, { caller }) {
      if (caller.kind === 'anonymous') return false;
      if (author === sender(caller)) return true;
      if (group === undefined) return false;
      return caller.administers || (action === 'read' && caller.groups.includes(group));
    },
  };
}

/** A report shows all data of the tenant, so it is for administrators who may read them all. */
export const reportKind: ObjectKind<object> = {
  name: 'report on all data',
  find: () => ({}),
  may: (_action, _report, judge) =>
    judge.caller.administers && judge.may('read', { id: 'urn:ngsi-ld:Entity:any', types: [] }),
};

/** Whether somebody may show a dashboard to everyone: administrators, and who may write all that it shows, in every scope. */
export async function mayPublish(db: Queryable, judge: Judge, dashboard: Dashboard): Promise<boolean> {
  if (judge.caller.administers) return true;
  const types = await typesOf(db, judge.caller.tenant, dashboard);
  return (
    types.length > 0 && types.every((type) => judge.may('write', { id: 'urn:ngsi-ld:Entity:any', types: [type] }, []))
  );
}

async function typesOf(db: Queryable, tenant: string, { widgets, types = [] }: Dashboard): Promise<string[]> {
  const found = new Set(types);
  for (const { kind, question, saved, figure } of widgets) {
    if (kind === 'alarms') found.add('Alert');
    // Figures that no service counts here are of lighting.
    if (figure !== undefined) found.add(COUNTED[figure as CountedName]?.type ?? 'Streetlight');
    const kept = saved === undefined ? undefined : await QUESTIONS.find(db, tenant, saved);
    const asked = question ?? kept?.question;
    for (const type of asked === undefined ? [] : typesIn(asked)) found.add(type);
  }
  return [...found];
}

function typesIn({ type, near }: Question): string[] {
  return [type, ...(near ? [near.type] : [])].filter((each) => each !== TYPE_VARIABLE);
}
