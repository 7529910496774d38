import type { QueryOf } from '@alzette/kit/contract';
import type { EntityQuery } from '@alzette/ngsi-ld-schemas/client';
import type { WorkOrderContract } from '../contract/contract.ts';

type Filters = QueryOf<WorkOrderContract['operations']['list']>;

const OPEN = ['open', 'assigned', 'inProgress', 'onHold'];

/** The broker query for the orders wanted; without a status, all that are still to be done. */
export function orderQueryOf(filters: Filters): Pick<EntityQuery, 'type' | 'q' | 'scopeQ'> {
  const { status = OPEN, priority, organisation, assignee, about, alarm, scope, dueBefore } = filters;
  const terms = [
    `status==${status.map(quoted).join(',')}`,
    priority && `priority==${priority.map(quoted).join(',')}`,
    organisation && `organisation==${quoted(organisation)}`,
    assignee && `assignee==${quoted(assignee)}`,
    about && `about==${quoted(about)}`,
    alarm && `refAlert==${quoted(alarm)}`,
    dueBefore && `dueDate<${dueBefore.toISOString()}`,
  ].filter((term) => term !== undefined && term !== '');
  return { type: 'WorkOrder', q: terms.join(';'), ...(scope !== undefined && { scopeQ: scope }) };
}

function quoted(value: string): string {
  return JSON.stringify(value);
}
