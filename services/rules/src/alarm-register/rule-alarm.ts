import { durationText } from '../calendar/duration.ts';
import { type RuleDocument, SEVERITIES, type Severity } from '../contract/rule.ts';
import type { AlarmChange } from '../evaluate/follow-entity.ts';
import type { AlarmAct, AlarmCause, AlarmDetails, Evidence } from './alarm-port.ts';
import type { BookAlarm } from './book-alarm.ts';
import { raiseText } from './condition-text.ts';

/** The parts of a rule that the book needs. */
export interface BookRule {
  readonly document: RuleDocument;
  readonly version: number;
  /** The time without data after which its types count as absent. */
  readonly silenceMs: number;
}

export function detailsOf(alarm: BookAlarm, { document, version }: BookRule): AlarmDetails {
  const { entity, cause, severity, text, dedupKey, members, silence } = alarm;
  return {
    rule: { id: document.id, version, name: document.name.fr },
    cause,
    entity: { id: entity.id, type: entity.type },
    ...((cause === 'group' || members.length > 1) && { members: members.length }),
    ...(entity.scope.length > 0 && { scope: entity.scope }),
    ...(entity.location !== undefined && { location: entity.location }),
    severity,
    category: document.category ?? 'environment',
    ...(document.subCategory !== undefined && { subCategory: document.subCategory }),
    text,
    dedupKey,
    ...(silence && { suppressed: silence }),
    actions: (document.actions ?? []).filter((action) => action.type !== 'update'),
  };
}

/** Whether each entity has a separate alarm. */
export function isOfEntity({ dedup }: RuleDocument): boolean {
  return (dedup?.key ?? ['entity']).includes('entity');
}

export function severityOf(rule: RuleDocument, cause: AlarmCause, level = 0): Severity {
  if (cause === 'absence') return rule.absence?.severity ?? rule.severity;
  return rule.steps?.[level - 1]?.severity ?? rule.severity;
}

export function worse(one: Severity, other: Severity): boolean {
  return SEVERITIES.indexOf(one) > SEVERITIES.indexOf(other);
}

export interface End {
  readonly kind: 'clear' | 'withdraw';
  readonly at: number;
  readonly reason: NonNullable<AlarmAct['reason']>;
  readonly evidence?: Evidence;
}

export function endOf(change: AlarmChange, rule: BookRule): End {
  if (change.kind === 'withdraw') return { kind: 'withdraw', at: change.at, reason: 'lateData' };
  const reason = change.cause === 'absence' ? 'dataBack' : 'condition';
  return { kind: 'clear', at: change.at, reason, evidence: evidenceOf(rule, change) };
}

export function evidenceOf(
  { document, silenceMs }: BookRule,
  change: Exclude<AlarmChange, { kind: 'withdraw' }>,
): Evidence {
  const { cause, at, readings, level } = change;
  const times = readings.map((reading) => reading.at - (reading.windowMs ?? 0));
  return {
    from: isoTime(Math.min(at, ...times)),
    to: isoTime(at),
    condition: raiseText(document, cause, durationText(silenceMs), level),
    values: readings.map(({ attr, at: when, value, agg, windowMs }) => ({
      attr,
      at: isoTime(when),
      value,
      ...(agg !== undefined && { agg }),
      ...(windowMs !== undefined && { window: durationText(windowMs) }),
    })),
  };
}

export function withoutSilence({ silence: _, ...alarm }: BookAlarm): BookAlarm {
  return alarm;
}

export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
