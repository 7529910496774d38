import type { AlarmStatus, Evidence, Location, ServiceLevels, Severity } from '../contract/contract.ts';
import type { RuleAction, Texts } from '../ports.ts';
import type { RecordState } from '../records/kind.ts';

/** The stored state of an alarm. Times are ISO 8601 UTC. Condition and acknowledgement are independent (ISA-18.2). */
export interface Alarm extends RecordState {
  readonly dateIssued: string;
  readonly severity: Severity;
  readonly category: string;
  readonly subCategory?: string;
  readonly text: Texts;
  /** URI of the rule, device or person that raised it. */
  readonly source: string;
  /** Ids of the entities that the alarm is about. */
  readonly about: readonly string[];
  readonly location?: Location;
  readonly rule?: { readonly id: string; readonly version: number; readonly name: string };
  readonly cause?: string;
  readonly evidence?: Evidence;
  /** Only for a group alarm: the number of alarms it represents. */
  readonly members?: number;
  readonly actions: readonly RuleAction[];

  readonly condition: 'active' | 'cleared';
  readonly occurrences: number;
  readonly lastOccurrence: string;
  /** Increases whenever people must be notified again: raised again, unshelved, more severe. */
  readonly episode: number;
  /** The episode with which the present condition began; absent: the present one. */
  readonly conditionSince?: number;
  readonly clearedAt?: string;
  /** Late data showed that the condition never existed. */
  readonly withdrawn?: boolean;
  readonly suppression?: { readonly reason: string; readonly by?: string };

  readonly acknowledgedAt?: string;
  readonly acknowledgedBy?: string;
  readonly startedAt?: string;
  readonly shelvedAt?: string;
  readonly shelvedUntil?: string;
  readonly closedAt?: string;
  readonly assignee?: string;
  /** Service level: the deadlines for acknowledging it and for clearing its condition. */
  readonly acknowledgeBy?: string;
  readonly resolveBy?: string;

  readonly comments: number;
  readonly attachments: readonly string[];
  readonly serviceRequests: readonly string[];
  readonly workOrders: readonly string[];
}

/** The status that summarises condition, acknowledgement and suppression. */
export function statusOf(alarm: Alarm): AlarmStatus {
  if (alarm.closedAt !== undefined) return 'closed';
  if (alarm.withdrawn === true) return 'withdrawn';
  if (alarm.condition === 'cleared') return 'cleared';
  if (alarm.suppression !== undefined) return 'suppressed';
  if (alarm.shelvedUntil !== undefined) return 'shelved';
  if (alarm.startedAt !== undefined) return 'inProgress';
  return alarm.acknowledgedAt === undefined ? 'active' : 'acknowledged';
}

/** Whether people are notified of the alarm in its present state. */
export function isNotified(alarm: Alarm): boolean {
  return alarm.closedAt === undefined && alarm.condition === 'active' && alarm.suppression === undefined;
}

/** The deadlines of an episode that begins at `from`. */
export function clocksFrom(levels: ServiceLevels, severity: Severity, from: string) {
  const { acknowledgeS, resolveS } = levels[severity];
  return { acknowledgeBy: later(from, acknowledgeS), resolveBy: later(from, resolveS) };
}

function later(from: string, seconds: number | null): string | undefined {
  return seconds === null ? undefined : new Date(Date.parse(from) + seconds * 1000).toISOString();
}
