import type { Geometry } from '@alzette/ngsi-ld-schemas';
import type { Area, RuleAction, Severity, Words } from '../contract/rule.ts';
import type { Value } from '../evaluate/series.ts';

/**
 * The port to the service that stores alarms: entities, acknowledgements, notifications. Rules report through it when
 * alarms begin and end.
 */
export interface AlarmPort {
  /**
   * Applies acts in order. An act whose id was applied before changes nothing. Resolves when all are durable; if it
   * rejects, they are sent again.
   */
  apply(tenant: string, acts: readonly AlarmAct[]): Promise<void>;
}

type SilenceReason = 'maintenance' | 'parentAlarm' | 'group';

/** An act on an alarm. Times are ISO 8601 UTC. */
export interface AlarmAct {
  readonly id: string;
  /** URN of the `Alert`. */
  readonly alarm: string;
  /**
   * `suppress` and `release`: no notifications in between; `withdraw`: late data show that the condition never existed.
   */
  readonly kind: 'raise' | 'update' | 'clear' | 'withdraw' | 'suppress' | 'release';
  /** When the condition changed, by the data. */
  readonly at: string;
  readonly decidedAt: string;
  readonly details?: AlarmDetails;
  readonly reason?:
    | 'condition'
    | 'dataBack'
    | 'ruleRemoved'
    | 'entityRemoved'
    | 'groupOver'
    | 'lateData'
    | SilenceReason;
  /** The alarm that suppresses it. */
  readonly by?: string;
  readonly evidence?: Evidence;
}

export interface AlarmDetails {
  readonly rule: { readonly id: string; readonly version: number; readonly name: string };
  readonly cause: AlarmCause;
  readonly entity: { readonly id: string; readonly type: string };
  /** Only for a group: the number of alarms it represents. */
  readonly members?: number;
  readonly scope?: readonly string[];
  readonly location?: Geometry;
  readonly severity: Severity;
  readonly category: string;
  readonly subCategory?: string;
  readonly text: Words;
  readonly dedupKey: string;
  /** The alarm is suppressed from its beginning. */
  readonly suppressed?: Silence;
  /** Actions for people. Attributes are written by the rules themselves. */
  readonly actions: readonly Exclude<RuleAction, { type: 'update' }>[];
}

export type AlarmCause = 'condition' | 'absence' | 'group' | 'loop';

export interface Silence {
  readonly reason: SilenceReason;
  readonly by?: string;
}

export interface Evidence {
  readonly from: string;
  readonly to: string;
  readonly values: readonly EvidenceValue[];
  /** E.g. `fillingLevel avg PT2H >= 0.8 for PT30M`. */
  readonly condition: string;
}

interface EvidenceValue {
  readonly attr: string;
  readonly at: string;
  readonly value: Value;
  readonly agg?: string;
  readonly window?: string;
}

/** A period in which alarms of some entities are expected and nobody is notified. */
export interface Maintenance {
  readonly id: string;
  readonly entities?: readonly string[];
  readonly types?: readonly string[];
  /** A scope and all below it, e.g. `/Villerupt`. */
  readonly scope?: string;
  readonly area?: Area;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
}
