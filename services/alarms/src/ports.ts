import type { LanguageMap } from '@alzette/kit/languages';
import type { Geometry } from '@alzette/ngsi-ld-schemas';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas/client';
import type { Evidence, Severity } from './contract/contract.ts';

/** The port of a rules engine to this service. */
export interface AlarmPort {
  /**
   * Applies acts in the given order. An act whose id was applied before changes nothing. Resolves when the acts are
   * durable; rejects when nothing was applied, so that the caller can send the same acts again.
   */
  apply(tenant: string, acts: readonly AlarmAct[]): Promise<void>;
}

/** How other services create work orders. */
export interface WorkOrderPort {
  /** Creates a work order with the rights of the caller. The same id creates it once. @throws Problem: it is refused */
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
  /** Scopes of the place, for an order that is about no asset. */
  readonly scope: readonly string[];
  readonly organisation?: string;
  readonly dueDate?: string;
  /** URNs of the citizen reports that the order resolves. */
  readonly serviceRequests: readonly string[];
}

export interface AlarmAct {
  /** Unique per act; the same when the act is sent again. */
  readonly id: string;
  /** URN of the Alert; constant for the life of the alarm. */
  readonly alarm: string;
  readonly kind: 'raise' | 'update' | 'clear' | 'withdraw' | 'suppress' | 'release';
  /** When the condition changed, ISO 8601 UTC. */
  readonly at: string;
  /** When the rule decided. */
  readonly decidedAt: string;
  /** Only with `raise` and `update`. */
  readonly details?: AlarmDetails;
  readonly reason?: string;
  /** Only with `suppress`: the alarm that suppresses it. */
  readonly by?: string;
  readonly evidence?: Evidence;
}

export { type Evidence, SEVERITIES, type Severity } from './contract/contract.ts';

/** A text for the readers of alarms. Those of a missing language get the French one. */
export type Texts = LanguageMap & { readonly en: string };

export interface AlarmDetails {
  readonly rule: { readonly id: string; readonly version: number; readonly name: string };
  readonly cause: string;
  /** The entity that the alarm is about. */
  readonly entity: { readonly id: string; readonly type: string };
  /** Only for a group alarm: the number of alarms it represents. */
  readonly members?: number;
  readonly scope?: readonly string[];
  readonly location?: Geometry;
  readonly severity: Severity;
  readonly category: string;
  readonly subCategory?: string;
  readonly text: Texts;
  readonly dedupKey: string;
  /** Set if the alarm is suppressed from its beginning. */
  readonly suppressed?: { readonly reason: string; readonly by?: string };
  readonly actions: readonly RuleAction[];
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

/** Delivers notices to people. */
export interface NoticePort {
  /** Accepts notices. A notice whose key was accepted before is not sent again. Resolves when they are durable. */
  send(tenant: string, notices: readonly Notice[]): Promise<void>;
}

export interface Notice {
  /** Unique per notice; the same when the notice is sent again. */
  readonly key: string;
  /** `email`, `push`, `sms`, `voice`, or the id of a configured channel. */
  readonly channel: string;
  /** `recipient:…`, `group:…`, `roster:…`; absent for channels that are themselves an address. */
  readonly to?: string;
  readonly severity: Severity;
  readonly title: Texts;
  readonly text: Texts;
  /** Absolute URL of the page with details. */
  readonly link: string;
  /** Members for programs. */
  readonly data: { readonly [member: string]: unknown };
  /**
   * Keys of earlier notices that this one corrects. It goes to those who were to get one of these, each once, instead of to `to`;
   * to nobody, if none was accepted.
   */
  readonly corrects?: readonly string[];
}
