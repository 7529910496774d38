import type { AttributeInstance, Entity } from './entity.ts';

/** The change of one attribute instance. A change of timestamps only does not count. */
export interface AttributeChange {
  readonly kind: 'attributeCreated' | 'attributeUpdated' | 'attributeDeleted';
  /** Expanded. */
  readonly name: string;
  readonly datasetId?: string | undefined;
  readonly before?: AttributeInstance | undefined;
  readonly after?: AttributeInstance | undefined;
}

/** What led to a change. */
export interface ChangeOrigin {
  /** The number of notifications that led to it in a chain; absent: none. */
  readonly hops?: number | undefined;
  /** The request that made the change, if it wrote several entities. */
  readonly request?: string | undefined;
  /** The trace of the request, as text; absent: no request led to it. */
  readonly trace?: string | undefined;
}

/** The committed effect of one write operation on one entity: the input of subscriptions, live feed and history. */
export interface EntityChange extends ChangeOrigin {
  readonly tenant: string;
  readonly entityId: string;
  /** Absent: the entity was created. */
  readonly before?: Entity | undefined;
  /** Absent: the entity was deleted. */
  readonly after?: Entity | undefined;
  readonly attributes: readonly AttributeChange[];
  /** ISO 8601 UTC, milliseconds. */
  readonly at: string;
}
