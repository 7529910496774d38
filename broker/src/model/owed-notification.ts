import type { AttributeInstance, AttributeKind, Entity } from './entity.ts';
import type { JsonObject } from './values.ts';

/** An attribute instance that the change removed; told as NGSI-LD Null (5.8.6). */
export interface RemovedInstance {
  readonly name: string;
  readonly type: AttributeKind;
  readonly datasetId?: string;
  readonly createdAt: string;
  readonly modifiedAt: string;
}

/** What the outbox keeps of a change: all that its notification is built from. */
export interface OwedNotification {
  /** Time of the change. */
  readonly at: string;
  /** How many notifications led to the change; absent: none. */
  readonly hops?: number;
  /** The request that made the change: what it owes of several entities is told together. Absent: it wrote one entity. */
  readonly request?: string;
  /** After the change; without attributes when it was deleted. */
  readonly entity: Entity;
  readonly deleted?: boolean;
  /** Further entities of the same notification, where it tells of several. */
  readonly more?: readonly Entity[];
  /** Of a deleted entity that a `q` over linked entities is yet to be asked of: as it was. */
  readonly asBefore?: Entity;
  readonly removed?: readonly RemovedInstance[];
  /** With `showChanges`: the instances as they were. */
  readonly previous?: readonly { readonly name: string; readonly instance: AttributeInstance }[];
}

/** Why a subscription to registrations is told of some (5.3.3). */
export type TriggerReason = 'newlyMatching' | 'updated' | 'noLongerMatching';

/** What the outbox keeps of registrations to tell of (5.3.2). */
export interface OwedSources {
  readonly at: string;
  /** Never: registrations are not changed by notifications. */
  readonly hops?: undefined;
  readonly request?: undefined;
  readonly triggerReason: TriggerReason;
  /** As they are stored: names are IRIs. */
  readonly sources: readonly JsonObject[];
}

export type Owed = OwedNotification | OwedSources;

export function tellsOfSources(owed: Owed): owed is OwedSources {
  return 'sources' in owed;
}
