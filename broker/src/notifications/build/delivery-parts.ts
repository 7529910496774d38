import type { Entity } from '../../model/entity.ts';
import type { NameCompactor } from '../../model/names.ts';
import type { OwedNotification } from '../../model/owed-notification.ts';
import type { JsonObject } from '../../model/values.ts';
import type { LinkedEntity } from '../../query/projection/linked-entity.ts';
import type { Projection } from '../../query/projection/projection.ts';
import type { Subscription, SubscriptionOwner } from '../../subscriptions/subscription.ts';

/** What delivery asks of the subscriptions in force. */
export interface SubscriptionsInForce {
  get(tenant: string, id: string): Subscription | undefined;
  /** Throttling: whether a change of this time may be told; opens the next pause if so. */
  admits(subscription: Subscription, at: number, request?: string): boolean;
  /** The same over all processes, just before it is sent. */
  claims(subscription: Subscription, entryId: string, at: number): Promise<boolean>;
  /** Of one that asks of linked entities: whether they are as its `q` wants them. */
  confirms(subscription: Subscription, owed: OwedNotification): Promise<boolean>;
  /** What its owner may see of it by now; undefined: nothing. */
  visible(subscription: Subscription, owed: OwedNotification): OwedNotification | undefined;
}

/** The entities that others link to. */
export type LinkedEntities = (
  tenant: string,
  roots: readonly Entity[],
  options: { readonly joinLevel: number; readonly projection?: Projection },
  owner: SubscriptionOwner | undefined,
) => Promise<readonly LinkedEntity[]>;

/** A stored registration in the terms of a @context. */
export type RepresentSource = (source: JsonObject, names: NameCompactor) => Record<string, unknown>;

export interface DeliveryLog {
  error(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  info(fields: object, message: string): void;
}

/** The other processes on the database. */
export interface OtherProcesses {
  readonly areThere: boolean;
  /** The own name, and those taken over. */
  readonly names: readonly string[];
  /** Takes over what those that are no more were to send; resolves to their names. */
  takeOver(): Promise<readonly string[]>;
}
