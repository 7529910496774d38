import type { ServiceLevels } from '../contract/contract.ts';
import type { AlarmAct, AlarmDetails } from '../ports.ts';
import { SEVERITIES } from '../ports.ts';
import { type Alarm, clocksFrom, isNotified } from './alarm.ts';

/**
 * The alarm after a rule's act. Undefined if the alarm does not exist and the act does not raise one.
 *
 * @param before absent for a new alarm
 */
export function applyRuleAct(before: Alarm | undefined, act: AlarmAct, levels: ServiceLevels): Alarm | undefined {
  const { kind, details, evidence, at } = act;
  if (before === undefined) return kind === 'raise' && details ? newAlarm(act, details, levels) : undefined;
  const alarm: Alarm = { ...before, ...(details && described(details)), ...(evidence && { evidence }) };
  switch (kind) {
    case 'raise':
      return raisedAgain(alarm, act, levels);
    case 'update':
      return withSeverityChange(before, alarm, levels, at);
    case 'clear':
      return cleared(alarm, at);
    case 'withdraw':
      return { ...cleared(alarm, at), withdrawn: true };
    case 'suppress':
      return {
        ...alarm,
        suppression: { reason: act.reason ?? 'parentAlarm', ...(act.by !== undefined && { by: act.by }) },
        acknowledgeBy: undefined,
        resolveBy: undefined,
      };
    case 'release':
      return released(alarm, at, levels);
  }
}

function newAlarm(act: AlarmAct, details: AlarmDetails, levels: ServiceLevels): Alarm {
  const { suppressed, scope } = details;
  return {
    id: act.alarm,
    ...(scope !== undefined && { scope }),
    dateIssued: act.at,
    ...described(details),
    ...(act.evidence && { evidence: act.evidence }),
    source: details.rule.id,
    condition: 'active',
    occurrences: 1,
    lastOccurrence: act.at,
    episode: 1,
    conditionSince: 1,
    ...(suppressed ? { suppression: suppressed } : clocksFrom(levels, details.severity, act.at)),
    comments: 0,
    attachments: [],
    serviceRequests: [],
    workOrders: [],
  };
}

function described(details: AlarmDetails) {
  const { rule, cause, entity, severity, category, subCategory, text, members, location, actions } = details;
  return {
    rule,
    cause,
    about: [entity.id],
    severity,
    category,
    text,
    actions,
    ...(subCategory !== undefined && { subCategory }),
    ...(members !== undefined && { members }),
    ...(location !== undefined && { location }),
  };
}

/** Raised again, or raised while active: an active alarm is only counted. */
function raisedAgain(alarm: Alarm, { at, details }: AlarmAct, levels: ServiceLevels): Alarm {
  const counted = { ...alarm, occurrences: alarm.occurrences + 1, lastOccurrence: at };
  if (alarm.condition === 'active' && alarm.closedAt === undefined) return counted;
  const suppression = details?.suppressed;
  return {
    ...counted,
    condition: 'active',
    episode: alarm.episode + 1,
    conditionSince: alarm.episode + 1,
    clearedAt: undefined,
    withdrawn: undefined,
    closedAt: undefined,
    acknowledgedAt: undefined,
    acknowledgedBy: undefined,
    startedAt: undefined,
    shelvedAt: undefined,
    shelvedUntil: undefined,
    suppression,
    ...(suppression ? { acknowledgeBy: undefined, resolveBy: undefined } : clocksFrom(levels, alarm.severity, at)),
  };
}

/**
 * When the severity increases, a new episode begins: people are notified again, and the deadlines of that severity
 * apply.
 */
function withSeverityChange(before: Alarm, alarm: Alarm, levels: ServiceLevels, at: string): Alarm {
  if (!isNotified(alarm) || alarm.severity === before.severity) return alarm;
  const isWorse = SEVERITIES.indexOf(alarm.severity) > SEVERITIES.indexOf(before.severity);
  if (!isWorse) return alarm;
  return {
    ...alarm,
    episode: alarm.episode + 1,
    acknowledgedAt: undefined,
    acknowledgedBy: undefined,
    ...clocksFrom(levels, alarm.severity, at),
  };
}

/** Late data may move the end of an alarm that is cleared already, or show that it existed after all. */
function cleared(alarm: Alarm, at: string): Alarm {
  if (alarm.condition === 'cleared') return { ...alarm, clearedAt: at, withdrawn: undefined };
  return {
    ...alarm,
    condition: 'cleared',
    clearedAt: at,
    suppression: undefined,
    shelvedAt: undefined,
    shelvedUntil: undefined,
  };
}

function released(alarm: Alarm, at: string, levels: ServiceLevels): Alarm {
  if (alarm.suppression === undefined) return alarm;
  const free = { ...alarm, suppression: undefined };
  if (!isNotified(free)) return free;
  return { ...free, episode: alarm.episode + 1, ...clocksFrom(levels, alarm.severity, at) };
}
