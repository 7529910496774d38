import type { AttributeInstance, AttributeKind } from '../entity.ts';

/** A historical attribute instance (4.5.7). */
export interface TemporalInstance {
  /**
   * With its own creation and modification times. If it was deleted, its value is the NGSI-LD Null of its attribute
   * type.
   */
  readonly instance: AttributeInstance;
  /** URI. */
  readonly instanceId: string;
  readonly deletedAt?: string;
}

/** The temporal evolution of an entity (5.2.20). The scope is treated like an attribute. */
export interface TemporalEntity {
  readonly id: string;
  readonly types: readonly string[];
  readonly createdAt?: string;
  readonly modifiedAt?: string;
  readonly expiresAt?: string;
  /** Set if the entity was deleted. */
  readonly deletedAt?: string;
  /** By attribute IRI, in order of time. */
  readonly attributes: { readonly [name: string]: readonly TemporalInstance[] };
}

/** A deleted instance, as stored in the history. */
interface DeletedInstance {
  readonly type: AttributeKind;
  readonly datasetId?: string;
  readonly observedAt?: string;
  readonly deletedAt: string;
  readonly value?: never;
}

/** An instance that a client adds to the history; the attribute by its IRI. */
export interface PastInstance {
  readonly name: string;
  readonly instance: AttributeInstance | DeletedInstance;
}
