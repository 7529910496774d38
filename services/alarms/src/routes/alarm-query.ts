import type { QueryOf } from '@alzette/kit/contract';
import type { EntityQuery } from '@alzette/ngsi-ld-schemas/client';
import type { AlarmContract } from '../contract/contract.ts';

export type Filters = Partial<QueryOf<AlarmContract['operations']['list']>>;

const OPEN = 'status!="closed","withdrawn"';

/** The broker query for the alarms wanted; without a status, all that are neither closed nor withdrawn. */
export function queryOf(filters: Filters, now: Date): Pick<EntityQuery, 'type' | 'q' | 'scopeQ'> {
  const { status, severity, category, about, rule, assignee, scope, since, until, overdue } = filters;
  const terms = [
    status ? anyOf('status', status) : OPEN,
    severity && anyOf('severity', severity),
    category && anyOf('category', category),
    about && `about==${quoted(about)}`,
    rule && `alertSource==${quoted(rule)}`,
    assignee && `assignee==${quoted(assignee)}`,
    since && `dateIssued>=${since.toISOString()}`,
    until && `dateIssued<${until.toISOString()}`,
    overdue && overdueTerm(overdue, now),
  ].filter((term) => term !== undefined && term !== '');
  return { type: 'Alert', q: terms.join(';'), ...(scope !== undefined && { scopeQ: scope }) };
}

function overdueTerm(clock: 'acknowledge' | 'resolve', now: Date): string {
  const at = now.toISOString();
  return clock === 'acknowledge' ? `acknowledgeBy<${at};status=="active"` : `resolveBy<${at};condition=="active"`;
}

function anyOf(attribute: string, values: readonly string[]): string {
  return `${attribute}==${values.map(quoted).join(',')}`;
}

function quoted(value: string): string {
  return JSON.stringify(value);
}
