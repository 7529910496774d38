import { conflict, refused } from '@alzette/kit/problems';
import type { WorkOrderAct, WorkOrderStatus } from '../contract/contract.ts';
import { scopeOf, type WorkOrder } from './work-order.ts';

type Edit = WorkOrderAct & { readonly act: 'edit' };

/** The statuses in which each act is allowed. An act without an entry is allowed in every status. */
const ALLOWED: { readonly [act in WorkOrderAct['act']]?: readonly WorkOrderStatus[] } = {
  assign: ['open', 'assigned', 'inProgress', 'onHold'],
  start: ['open', 'assigned', 'onHold', 'inProgress'],
  hold: ['assigned', 'inProgress', 'onHold'],
  check: ['open', 'assigned', 'inProgress', 'onHold'],
  complete: ['open', 'assigned', 'inProgress', 'onHold', 'completed'],
  close: ['completed', 'closed'],
  cancel: ['open', 'assigned', 'inProgress', 'onHold', 'cancelled'],
  reopen: ['completed', 'closed', 'cancelled'],
  edit: ['open', 'assigned', 'inProgress', 'onHold'],
};

/**
 * The work order after an act; undefined if the act changes nothing.
 *
 * @param by the actor's name in the audit
 * @param at when it was done
 * @throws Problem 409: its status does not allow the act, or something required is missing
 */
export function applyWorkOrderAct(
  order: WorkOrder,
  wanted: WorkOrderAct,
  by: string,
  at: string,
): WorkOrder | undefined {
  const allowed = ALLOWED[wanted.act];
  if (allowed !== undefined && !allowed.includes(order.status)) {
    throw conflict(
      `act: got ${wanted.act} for an order that is ${order.status}, expected one that is ${allowed.join(' or ')}`,
    );
  }
  switch (wanted.act) {
    case 'start':
      if (order.status === 'inProgress') return undefined;
      return { ...order, status: 'inProgress', startTime: order.startTime ?? at };
    case 'hold':
      return order.status === 'onHold' ? undefined : { ...order, status: 'onHold' };
    case 'cancel':
      return order.status === 'cancelled' ? undefined : { ...order, status: 'cancelled', endTime: at };
    case 'close':
      return order.status === 'closed' ? undefined : { ...order, status: 'closed' };
    case 'reopen':
      return { ...order, status: waiting(order), endTime: undefined, signature: undefined };
    case 'assign':
      return assigned(order, wanted.organisation, wanted.assignee);
    case 'check':
      return checked(order, wanted.item, wanted.done);
    case 'time':
      return { ...order, times: [...order.times, { minutes: wanted.minutes, date: wanted.date, by }] };
    case 'photo':
      return order.photos.includes(wanted.url) ? undefined : { ...order, photos: [...order.photos, wanted.url] };
    case 'comment':
      return { ...order, comments: order.comments + 1 };
    case 'complete':
      return completed(order, wanted, at);
    case 'edit':
      return edited(order, wanted);
  }
}

function waiting({ organisation, assignee }: WorkOrder): WorkOrderStatus {
  return organisation === undefined && assignee === undefined ? 'open' : 'assigned';
}

function assigned(order: WorkOrder, organisation: string | null | undefined, assignee: string | null | undefined) {
  const next = {
    ...order,
    organisation: organisation === undefined ? order.organisation : (organisation ?? undefined),
    assignee: assignee === undefined ? order.assignee : (assignee ?? undefined),
  };
  if (next.organisation === order.organisation && next.assignee === order.assignee) return undefined;
  const isWaiting = order.status === 'open' || order.status === 'assigned';
  return { ...next, scope: scopeOf(order.place, next.organisation), status: isWaiting ? waiting(next) : order.status };
}

function checked(order: WorkOrder, item: string, done: boolean): WorkOrder | undefined {
  const found = order.checklist.find(({ id }) => id === item);
  if (found === undefined) {
    throw refused(
      'item',
      item,
      `one of ${order.checklist.map(({ id }) => id).join(', ') || 'none: there is no checklist'}`,
    );
  }
  if (found.done === done) return undefined;
  return { ...order, checklist: order.checklist.map((each) => (each.id === item ? { ...each, done } : each)) };
}

function completed(order: WorkOrder, wanted: WorkOrderAct & { act: 'complete' }, at: string): WorkOrder | undefined {
  if (order.status === 'completed') return undefined;
  const open = order.checklist.filter(({ done }) => !done).map(({ id }) => id);
  if (open.length > 0) throw conflict(`checklist: ${open.join(', ')} not done, expected all items done`, 'open');
  if (order.needsSignature && wanted.signature === undefined) {
    throw refused(
      'signature',
      undefined,
      'the name of the person who confirms the work, because this order requires it',
    );
  }
  return {
    ...order,
    status: 'completed',
    startTime: order.startTime ?? at,
    endTime: at,
    ...(wanted.outcome !== undefined && { outcome: wanted.outcome }),
    ...(wanted.signature !== undefined && { signature: { ...wanted.signature, at } }),
  };
}

function edited(order: WorkOrder, { name, description, priority, dueDate, checklist }: Edit): WorkOrder | undefined {
  const isDone = new Map(order.checklist.map(({ id, done }) => [id, done]));
  const next: WorkOrder = {
    ...order,
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description: description ?? undefined }),
    ...(priority !== undefined && { priority }),
    ...(dueDate !== undefined && { dueDate: dueDate ?? undefined }),
    ...(checklist !== undefined && {
      checklist: checklist.map((item) => ({ ...item, done: isDone.get(item.id) ?? false })),
    }),
  };
  return JSON.stringify(next) === JSON.stringify(order) ? undefined : next;
}

/** Whether the act overwrites values that others may have written since. Such an act requires the current version. */
export function overwrites({ act }: WorkOrderAct): boolean {
  return act === 'edit' || act === 'assign' || act === 'reopen' || act === 'cancel';
}
