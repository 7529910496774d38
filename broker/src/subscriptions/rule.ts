import type { Entity } from '../model/entity.ts';
import type { EntityFilter } from '../query/entity-query.ts';
import type { Pattern } from '../query/pattern.ts';
import type { QNode } from '../query/q/q-tree.ts';
import type { TypeSelection } from '../query/type-selection.ts';
import type { Subscription } from './subscription.ts';

/** The triggers of 5.2.12, each a bit. `entityUpdated` is read as the three attribute triggers. */
export const TRIGGER = {
  entityCreated: 1,
  entityDeleted: 2,
  attributeCreated: 4,
  attributeUpdated: 8,
  attributeDeleted: 16,
  entityUpdated: 4 | 8 | 16,
} as const;

export type Trigger = keyof typeof TRIGGER;

export const ATTRIBUTE_TRIGGERS = TRIGGER.entityUpdated;

/** Which entities a subscription is about (5.2.33). `ids` wins over `idPattern`. */
export interface Selector {
  readonly types: TypeSelection;
  readonly ids?: ReadonlySet<string>;
  readonly idPattern?: Pattern;
}

export type Scalar = string | number | boolean;

/** A value that an attribute must have for `q` to match at all: one of these. */
export interface RequiredValue {
  /** IRI. */
  readonly attribute: string;
  readonly values: readonly Scalar[];
}

/** A subscription as it is matched: every name an IRI, every expression a tree. */
export interface SubscriptionRule extends Subscription {
  /** Bits of `TRIGGER`. */
  readonly triggers: number;
  /** Absent: any entity that has a watched attribute. */
  readonly selectors?: readonly Selector[];
  readonly watchedAttributes?: ReadonlySet<string>;
  /** `q`, `geoQ` and `scopeQ` together; absent: every entity. */
  readonly matches?: (entity: Entity) => boolean;
  /** What `matches` asks at least, so that the rule is found by it. */
  readonly requiredValue?: RequiredValue;
  /** The `q`, when it asks of linked entities: then it is no part of `matches`. */
  readonly linkedQ?: QNode;
  /** With a time interval: the query for the entities to tell of. */
  readonly selection?: EntityFilter;
  /** It is about what is stored here alone (5.2.12). */
  readonly localOnly?: boolean;
  /** An entity is told as all sources together have it. */
  readonly splitEntities?: boolean;
  /** Of the properties of registrations: which sources it is about. */
  readonly csf?: QNode;
}
