import type { Geometry } from '@alzette/ngsi-ld-schemas';
import type { Evidence, RuleAction, Severity, Texts } from '../ports.ts';
import type { RecordState } from '../records/kind.ts';

/** All that is kept of an alarm. Times are ISO 8601 UTC. Condition and acknowledgement are independent (ISA-18.2). */
export interface Alarm extends RecordState {
  readonly dateIssued: string;
  readonly severity: Severity;
  readonly category: string;
  readonly subCategory?: string;
  readonly text: Texts;
  /** The rule, device or person that raised it: a URI. */
  readonly source: string;
  /** Ids of the entities that it is about. */
  readonly about: readonly string[];
  readonly location?: Geometry;
  readonly rule?: { readonly id: string; readonly version: number; readonly name: string };
  readonly cause?: string;
  readonly evidence?: Evidence;
  /** Of a group alarm: how many alarms it stands for. */
  readonly members?: number;
  readonly actions: readonly RuleAction[];

  readonly condition: 'active' | 'cleared';
  readonly occurrences: number;
  readonly lastOccurrence: string;
  /** Counts what people are told of anew: raised, released, more severe. */
  readonly episode: number;
  readonly clearedAt?: string;
  /** Data that came late show that it never was. */
  readonly withdrawn?: boolean;
  readonly suppression?: { readonly reason: string; readonly by?: string };

  readonly acknowledgedAt?: string;
  readonly acknowledgedBy?: string;
  readonly startedAt?: string;
  readonly shelvedAt?: string;
  readonly shelvedUntil?: string;
  readonly closedAt?: string;
  readonly assignee?: string;
  /** Service level: until when it is to be acknowledged, and its condition cleared. */
  readonly acknowledgeBy?: string;
  readonly resolveBy?: string;

  readonly comments: number;
  readonly attachments: readonly string[];
  readonly serviceRequests: readonly string[];
  readonly workOrders: readonly string[];
}

export const STATUSES = ['active', 'acknowledged', 'inProgress', 'shelved', 'suppressed', 'cleared', 'closed'] as const;
export type AlarmStatus = (typeof STATUSES)[number];

/** What an alarm is, in one word. */
export function statusOf(alarm: Alarm): AlarmStatus {
  if (alarm.closedAt !== undefined) return 'closed';
  if (alarm.condition === 'cleared') return 'cleared';
  if (alarm.suppression !== undefined) return 'suppressed';
  if (alarm.shelvedUntil !== undefined) return 'shelved';
  if (alarm.startedAt !== undefined) return 'inProgress';
  return alarm.acknowledgedAt === undefined ? 'active' : 'acknowledged';
}

/** Whether people are to hear of it now. */
export function isTold(alarm: Alarm): boolean {
  return alarm.closedAt === undefined && alarm.condition === 'active' && alarm.suppression === undefined;
}

/** Seconds from the beginning of an episode; null: no such clock runs. */
export interface ServiceLevel {
  readonly acknowledgeS: number | null;
  readonly resolveS: number | null;
}
export type ServiceLevels = { readonly [severity in Severity]: ServiceLevel };

/** The clocks of an episode that begins at `from`. */
export function clocksFrom(levels: ServiceLevels, severity: Severity, from: string) {
  const { acknowledgeS, resolveS } = levels[severity];
  return { acknowledgeBy: later(from, acknowledgeS), resolveBy: later(from, resolveS) };
}

function later(from: string, seconds: number | null): string | undefined {
  return seconds === null ? undefined : new Date(Date.parse(from) + seconds * 1000).toISOString();
}
