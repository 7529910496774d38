import type { AttributeInstance, AttributeKind } from '../entity.ts';

/** One instance of an attribute as it was (4.5.7). */
export interface TemporalInstance {
  /** Its times of creation and change are those of this instance. Deleted: its value is the NGSI-LD Null of its kind. */
  readonly instance: AttributeInstance;
  /** URI. */
  readonly instanceId: string;
  readonly deletedAt?: string;
}

/** The temporal evolution of an entity (5.2.20); the scope is an attribute among the others. */
export interface TemporalEntity {
  readonly id: string;
  readonly types: readonly string[];
  readonly createdAt?: string;
  readonly modifiedAt?: string;
  readonly expiresAt?: string;
  /** When there is no such entity any more. */
  readonly deletedAt?: string;
  /** By attribute IRI, in the order of time. */
  readonly attributes: { readonly [name: string]: readonly TemporalInstance[] };
}

/** An instance that was deleted, as history keeps it. */
interface DeletedInstance {
  readonly type: AttributeKind;
  readonly datasetId?: string;
  readonly observedAt?: string;
  readonly deletedAt: string;
  readonly value?: never;
}

/** An instance that a client gave to history; the attribute by its IRI. */
export interface PastInstance {
  readonly name: string;
  readonly instance: AttributeInstance | DeletedInstance;
}
