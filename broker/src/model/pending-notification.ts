import type { AttributeInstance, AttributeKind, Entity } from './entity.ts';
import type { JsonObject } from './values.ts';

/** An attribute instance removed by the change; reported as NGSI-LD Null (5.8.6). */
export interface RemovedInstance {
  readonly name: string;
  readonly type: AttributeKind;
  readonly datasetId?: string;
  readonly createdAt: string;
  readonly modifiedAt: string;
}

/** The outbox content for a change: everything needed to build its notification. */
export interface PendingNotification {
  /** Time of the change. */
  readonly at: string;
  /** The number of notifications that led to the change; absent: none. */
  readonly hops?: number;
  /**
   * The request that made the change: its notifications about several entities are sent together. Absent: it wrote one
   * entity.
   */
  readonly request?: string;
  /** The trace of the request that made the change, as text. */
  readonly trace?: string;
  /** The entity after the change; without attributes if it was deleted. */
  readonly entity: Entity;
  readonly deleted?: boolean;
  /** Further entities in the same notification. */
  readonly more?: readonly Entity[];
  /** The previous state of a deleted entity, if a `q` over linked entities is still to be evaluated. */
  readonly asBefore?: Entity;
  readonly removed?: readonly RemovedInstance[];
  /** With `showChanges`: the previous instances. */
  readonly previous?: readonly { readonly name: string; readonly instance: AttributeInstance }[];
}

/** Why registrations are reported to a subscription (5.3.3). */
export type TriggerReason = 'newlyMatching' | 'updated' | 'noLongerMatching';

/** The outbox content for registrations (5.3.2). */
export interface PendingSourceNotification {
  readonly at: string;
  /** Never set: notifications do not change registrations. */
  readonly hops?: undefined;
  readonly request?: undefined;
  readonly trace?: undefined;
  readonly triggerReason: TriggerReason;
  /** As stored, with IRIs as names. */
  readonly sources: readonly JsonObject[];
}

export type Pending = PendingNotification | PendingSourceNotification;

export function isOfSources(notification: Pending): notification is PendingSourceNotification {
  return 'sources' in notification;
}
