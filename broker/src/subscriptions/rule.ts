import type { Entity } from '../model/entity.ts';
import type { EntityFilter } from '../query/entity-query.ts';
import type { Pattern } from '../query/pattern.ts';
import type { QNode } from '../query/q/q-tree.ts';
import type { TypeSelection } from '../query/type-selection.ts';
import type { Subscription } from './subscription.ts';

/** The triggers of 5.2.12 as bits. `entityUpdated` stands for the three attribute triggers. */
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

/** Selects entities of a subscription (5.2.33). `ids` takes precedence over `idPattern`. */
export interface Selector {
  readonly types: TypeSelection;
  readonly ids?: ReadonlySet<string>;
  readonly idPattern?: Pattern;
}

export type Scalar = string | number | boolean;

/** `q` can only match if an attribute has one of these values. */
export interface RequiredValue {
  /** IRI. */
  readonly attribute: string;
  readonly values: readonly Scalar[];
}

/** A subscription prepared for matching: names are IRIs, expressions are trees. */
export interface SubscriptionRule extends Subscription {
  /** Bits of `TRIGGER`. */
  readonly triggers: number;
  /** Absent: any entity with a watched attribute. */
  readonly selectors?: readonly Selector[];
  readonly watchedAttributes?: ReadonlySet<string>;
  /** The combination of `q`, `geoQ` and `scopeQ`; absent: every entity matches. */
  readonly matches?: (entity: Entity) => boolean;
  /** A necessary condition of `matches`, by which the index finds the rule. */
  readonly requiredValue?: RequiredValue;
  /** The `q` if it refers to linked entities. It is then not part of `matches`. */
  readonly linkedQ?: QNode;
  /** For a time interval: the query for the entities to report. */
  readonly selection?: EntityFilter;
  /** Concerns only entities stored in this broker (5.2.12). */
  readonly localOnly?: boolean;
  /** Notifications contain an entity merged from all its sources. */
  readonly splitEntities?: boolean;
  /** A condition on the properties of registrations, which selects the sources concerned. */
  readonly csf?: QNode;
}
