import type { Geometry } from '@alzette/ngsi-ld-schemas';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas/client';

/** What whoever decides on alarms (a rules engine) tells this service. */
export interface AlarmPort {
  /**
   * Applies acts in the order given. An act whose id was applied before changes nothing. Resolves once it is durable;
   * rejects when nothing was applied, so that the same acts can be told again.
   */
  apply(tenant: string, acts: readonly AlarmAct[]): Promise<void>;
}

/** How other services have work done. */
export interface WorkOrderPort {
  /** Makes a work order with the rights of who asks; the same id makes it once. @throws Problem: it is refused */
  make(
    by: { readonly tenant: string; readonly client: NgsiLdClient; readonly name: string },
    order: OrderedWork,
  ): Promise<void>;
}

interface OrderedWork {
  readonly id: string;
  readonly name: string;
  readonly about: readonly string[];
  readonly location: Geometry;
  /** Of its place, where it is about nothing. */
  readonly scope: readonly string[];
  readonly organisation?: string;
  readonly dueDate?: string;
  /** URNs of the reports that it closes. */
  readonly serviceRequests: readonly string[];
}

export interface AlarmAct {
  /** Unique per act, the same when it is told again. */
  readonly id: string;
  /** URN of the Alert, the same through an alarm's life. */
  readonly alarm: string;
  readonly kind: 'raise' | 'update' | 'clear' | 'withdraw' | 'suppress' | 'release';
  /** When it became so, ISO 8601 UTC. */
  readonly at: string;
  /** When it was decided. */
  readonly decidedAt: string;
  /** With `raise` and `update`. */
  readonly details?: AlarmDetails;
  readonly reason?: string;
  /** Of `suppress`: the alarm that silences it. */
  readonly by?: string;
  readonly evidence?: Evidence;
}

export const SEVERITIES = ['informational', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** A text in the languages of the product. */
export interface Texts {
  readonly fr: string;
  readonly en: string;
}

export interface AlarmDetails {
  readonly rule: { readonly id: string; readonly version: number; readonly name: string };
  readonly cause: string;
  /** What the alarm is about. */
  readonly entity: { readonly id: string; readonly type: string };
  /** Of a group alarm: how many alarms it stands for. */
  readonly members?: number;
  readonly scope?: readonly string[];
  readonly location?: Geometry;
  readonly severity: Severity;
  readonly category: string;
  readonly subCategory?: string;
  readonly text: Texts;
  readonly dedupKey: string;
  /** The alarm is silenced from its beginning. */
  readonly suppressed?: { readonly reason: string; readonly by?: string };
  readonly actions: readonly RuleAction[];
}

export interface Evidence {
  readonly from: string;
  readonly to: string;
  readonly values: readonly {
    readonly attr: string;
    readonly at: string;
    readonly value: unknown;
    readonly unitCode?: string;
  }[];
  readonly condition: string;
}

/** Durations are ISO 8601. */
export type RuleAction = NotifyAction | WorkOrderAction;

export interface NotifyAction {
  readonly on: 'raise' | 'clear';
  readonly type: 'notify';
  readonly channel: string;
  readonly to?: string;
  readonly after?: string;
  readonly unless?: 'acknowledged' | 'cleared';
}

export interface WorkOrderAction {
  readonly on: 'raise';
  readonly type: 'workOrder';
  readonly priority?: string;
  readonly organisation?: string;
  readonly after?: string;
  readonly unless?: 'acknowledged' | 'cleared';
}

/** How somebody is told. */
export interface NoticePort {
  /** Takes notices over. One whose key was taken before is not told again. Resolves once they are durable. */
  send(tenant: string, notices: readonly Notice[]): Promise<void>;
}

export interface Notice {
  /** Unique per notice, the same when it is handed over again. */
  readonly key: string;
  /** `email`, `push`, `sms`, `voice`, or the id of a channel of its own. */
  readonly channel: string;
  /** `recipient:…`, `group:…`, `roster:…`; absent for channels that are an address themselves. */
  readonly to?: string;
  readonly severity: Severity;
  readonly title: Texts;
  readonly text: Texts;
  /** Where one sees more: an absolute URL. */
  readonly link: string;
  /** For programs. */
  readonly data: { readonly [member: string]: unknown };
}
