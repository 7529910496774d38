import { conflict, refused } from '@alzette/kit/problems';
import type { PersonAct, ServiceLevels } from '../contract/contract.ts';
import { type Alarm, clocksFrom, statusOf } from './alarm.ts';

/** A slip is noticed at once. Later, others may have relied on the act. */
const UNDO_WITHIN_MS = 60_000;

/** @throws Problem 400: a link to nothing, which the schema can't tell */
export function checkLink(wanted: PersonAct): void {
  if (wanted.act !== 'link' || wanted.serviceRequest !== undefined || wanted.workOrder !== undefined) return;
  throw refused('serviceRequest', undefined, 'the id of a report, or workOrder');
}

/**
 * The alarm after a person's act; undefined if the act changes nothing.
 *
 * @param by the actor's name in the audit
 * @throws Problem 409: the alarm's status does not allow the act; 400: the time is in the past
 */
export function applyPersonAct(
  alarm: Alarm,
  wanted: PersonAct,
  by: string,
  at: string,
  levels: ServiceLevels,
): Alarm | undefined {
  switch (wanted.act) {
    case 'acknowledge':
      requireOpen(alarm, wanted.act);
      return alarm.acknowledgedAt ? undefined : { ...alarm, acknowledgedAt: at, acknowledgedBy: by };
    case 'start':
      requireOpen(alarm, wanted.act);
      if (alarm.startedAt !== undefined) return undefined;
      return {
        ...alarm,
        startedAt: at,
        acknowledgedAt: alarm.acknowledgedAt ?? at,
        acknowledgedBy: alarm.acknowledgedBy ?? by,
      };
    case 'undo':
      requireOpen(alarm, wanted.act);
      return undone(alarm, wanted.of, at);
    case 'shelve':
      return shelved(alarm, wanted.until, at);
    case 'unshelve':
      return unshelved(alarm, at);
    case 'clear':
      requireOpen(alarm, wanted.act);
      if (alarm.condition === 'cleared') return undefined;
      return {
        ...alarm,
        condition: 'cleared',
        clearedAt: at,
        suppression: undefined,
        shelvedAt: undefined,
        shelvedUntil: undefined,
      };
    case 'close':
      return alarm.closedAt ? undefined : { ...alarm, closedAt: at, shelvedAt: undefined, shelvedUntil: undefined };
    case 'reopen':
      return reopened(alarm, at, levels);
    case 'assign':
      requireOpen(alarm, wanted.act);
      if ((alarm.assignee ?? null) === wanted.assignee) return undefined;
      return { ...alarm, assignee: wanted.assignee ?? undefined };
    case 'comment':
      return { ...alarm, comments: alarm.comments + 1 };
    case 'attach':
      return alarm.attachments.includes(wanted.url)
        ? undefined
        : { ...alarm, attachments: [...alarm.attachments, wanted.url] };
    case 'link':
      return linked(alarm, wanted.serviceRequest, wanted.workOrder);
  }
}

function requireOpen(alarm: Alarm, name: string): void {
  if (alarm.closedAt === undefined) return;
  throw conflict(`act: got ${name} for alarm ${alarm.id}, which is closed, expected reopen, comment, attach or link`);
}

/** Delayed notices ask for the acknowledgement when they are due, so they are sent as if it had never been given. */
function undone(alarm: Alarm, of: 'acknowledge' | 'start', at: string): Alarm | undefined {
  const { acknowledgedAt, startedAt } = alarm;
  const done = of === 'start' ? startedAt : acknowledgedAt;
  if (done === undefined) return undefined;
  if (of === 'acknowledge' && startedAt !== undefined)
    throw conflict(`of: got acknowledge for alarm ${alarm.id}, which is in progress, expected start`);
  if (Date.parse(at) - Date.parse(done) > UNDO_WITHIN_MS)
    throw conflict(`act: got undo for what was done at ${done}, expected within a minute`);
  const wasAcknowledged = of === 'start' && acknowledgedAt !== startedAt;
  return {
    ...alarm,
    startedAt: undefined,
    ...(!wasAcknowledged && { acknowledgedAt: undefined, acknowledgedBy: undefined }),
  };
}

function shelved(alarm: Alarm, until: string, at: string): Alarm | undefined {
  if (statusOf(alarm) === 'closed' || alarm.condition === 'cleared') {
    throw conflict(`act: got shelve for alarm ${alarm.id}, which is ${statusOf(alarm)}, expected an active one`);
  }
  const end = new Date(until).toISOString();
  if (end <= at) throw refused('until', until, `a time after ${at}`);
  return end === alarm.shelvedUntil ? undefined : { ...alarm, shelvedAt: alarm.shelvedAt ?? at, shelvedUntil: end };
}

/** The deadlines continue with the time that was left when the alarm was shelved. */
export function unshelved(alarm: Alarm, at: string): Alarm | undefined {
  if (alarm.shelvedUntil === undefined) return undefined;
  const pauseMs = Date.parse(at) - Date.parse(alarm.shelvedAt ?? at);
  const moved = (time: string | undefined) => time && new Date(Date.parse(time) + pauseMs).toISOString();
  const { acknowledgeBy, resolveBy } = alarm;
  return {
    ...alarm,
    shelvedAt: undefined,
    shelvedUntil: undefined,
    acknowledgeBy: moved(acknowledgeBy),
    resolveBy: moved(resolveBy),
  };
}

function reopened(alarm: Alarm, at: string, levels: ServiceLevels): Alarm | undefined {
  if (alarm.closedAt === undefined) return undefined;
  const isActive = alarm.condition === 'active';
  return {
    ...alarm,
    closedAt: undefined,
    startedAt: undefined,
    ...(isActive && { episode: alarm.episode + 1, ...clocksFrom(levels, alarm.severity, at) }),
  };
}

function linked(alarm: Alarm, serviceRequest: string | undefined, workOrder: string | undefined): Alarm | undefined {
  const serviceRequests = union(alarm.serviceRequests, serviceRequest);
  const workOrders = union(alarm.workOrders, workOrder);
  const isSame = serviceRequests === alarm.serviceRequests && workOrders === alarm.workOrders;
  return isSame ? undefined : { ...alarm, serviceRequests, workOrders };
}

function union(ids: readonly string[], id: string | undefined): readonly string[] {
  return id === undefined || ids.includes(id) ? ids : [...ids, id];
}
