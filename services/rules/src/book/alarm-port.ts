import type { Geometry } from '@alzette/ngsi-ld-schemas';
import type { Area, RuleAction, Severity, Words } from '../document/rule.ts';
import type { Value } from '../evaluate/series.ts';

/** Whoever keeps alarms: the entities, who has seen them, who is told. It is told here when they begin and end. */
export interface AlarmPort {
  /**
   * Applies acts in their order. An act whose id was applied before changes nothing. Resolves when all of them are durable;
   * when it rejects, they are sent again.
   */
  apply(tenant: string, acts: readonly AlarmAct[]): Promise<void>;
}

type SilenceReason = 'maintenance' | 'parentAlarm' | 'group';

/** Something that happens to an alarm. Times are ISO 8601 UTC. */
export interface AlarmAct {
  readonly id: string;
  /** URN of the `Alert`. */
  readonly alarm: string;
  /** `suppress` and `release`: nobody is told meanwhile; `withdraw`: late data show that it never was. */
  readonly kind: 'raise' | 'update' | 'clear' | 'withdraw' | 'suppress' | 'release';
  /** When it became so, by the data. */
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
  /** The alarm that silences it. */
  readonly by?: string;
  readonly evidence?: Evidence;
}

export interface AlarmDetails {
  readonly rule: { readonly id: string; readonly version: number; readonly name: string };
  readonly cause: AlarmCause;
  readonly entity: { readonly id: string; readonly type: string };
  /** Of a group: how many alarms it stands for. */
  readonly members?: number;
  readonly scope?: readonly string[];
  readonly location?: Geometry;
  readonly severity: Severity;
  readonly category: string;
  readonly subCategory?: string;
  readonly text: Words;
  readonly dedupKey: string;
  /** It is silenced from the beginning. */
  readonly suppressed?: Silence;
  /** Those that tell people or give them work; attributes are written by the rules themselves. */
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

/** A time in which alarms of some entities are expected, and nobody is told of them. */
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
