import { dateTime, listOf, oneOf, text, uri, type Values } from '@alzette/kit/parameters';
import type { EntityQuery } from '@alzette/ngsi-ld-schemas/client';
import { PRIORITIES, WORK_ORDER_STATUSES } from '../work-orders/work-order.ts';

const WORD = text({ max: 100, pattern: /^[\p{L}\p{N}._:/-]+$/u, expected: 'a word' });

/** Filters for a list of work orders. */
export const ORDER_FILTERS = {
  status: listOf(oneOf(WORK_ORDER_STATUSES), { max: WORK_ORDER_STATUSES.length }),
  priority: listOf(oneOf(PRIORITIES), { max: PRIORITIES.length }),
  organisation: WORD,
  assignee: WORD,
  about: uri(),
  alarm: uri(),
  scope: text({ max: 500, pattern: /^\/[\p{L}\p{N}_/#+]+$/u, expected: 'a scope query such as /Villerupt/#' }),
  dueBefore: dateTime(),
} as const;

const OPEN = ['open', 'assigned', 'inProgress', 'onHold'];

/** The broker query for the orders wanted; without a status, all that are still to be done. */
export function orderQueryOf(filters: Values<typeof ORDER_FILTERS>): Pick<EntityQuery, 'type' | 'q' | 'scopeQ'> {
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
