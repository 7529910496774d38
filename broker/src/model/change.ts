import type { AttributeInstance, Entity } from './entity.ts';

/** What happened to one attribute instance. A change of timestamps alone is no change. */
export interface AttributeChange {
  readonly kind: 'attributeCreated' | 'attributeUpdated' | 'attributeDeleted';
  /** Expanded. */
  readonly name: string;
  readonly datasetId?: string;
  readonly before?: AttributeInstance;
  readonly after?: AttributeInstance;
}

/** The committed effect of one write operation on one entity: what subscriptions, the live feed and history hang on. */
export interface EntityChange {
  readonly tenant: string;
  readonly entityId: string;
  /** Absent: the entity was created. */
  readonly before?: Entity;
  /** Absent: the entity was deleted. */
  readonly after?: Entity;
  readonly attributes: readonly AttributeChange[];
  /** ISO 8601 UTC, milliseconds. */
  readonly at: string;
  /** How many notifications led to it, one after the other; absent: none. */
  readonly hops?: number;
  /** The request that wrote it, where it wrote several entities. */
  readonly request?: string;
}
