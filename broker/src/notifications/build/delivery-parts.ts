import type { Entity } from '../../model/entity.ts';
import type { NameCompactor } from '../../model/names.ts';
import type { PendingNotification } from '../../model/pending-notification.ts';
import type { JsonObject } from '../../model/values.ts';
import type { LinkedEntity } from '../../query/projection/linked-entity.ts';
import type { Projection } from '../../query/projection/projection.ts';
import type { Subscription, SubscriptionOwner } from '../../subscriptions/subscription.ts';

/** What delivery needs to know from the active subscriptions. */
export interface SubscriptionsInForce {
  get(tenant: string, id: string): Subscription | undefined;
  /** Throttling: whether a change at this time may be notified; if so, starts the next pause. */
  admits(subscription: Subscription, at: number, request?: string): boolean;
  /** The same over all processes, right before sending. */
  claims(subscription: Subscription, entryId: string, at: number): Promise<boolean>;
  /** For a subscription that refers to linked entities: whether they satisfy its `q`. */
  confirms(subscription: Subscription, pending: PendingNotification): Promise<boolean>;
  /** The part that its owner may currently see; undefined: nothing. */
  visible(subscription: Subscription, pending: PendingNotification): PendingNotification | undefined;
}

/** Returns the entities that the given ones link to. */
export type LinkedEntities = (
  tenant: string,
  roots: readonly Entity[],
  options: { readonly joinLevel: number; readonly projection?: Projection },
  owner: SubscriptionOwner | undefined,
) => Promise<readonly LinkedEntity[]>;

/** Represents a stored registration in the terms of a @context. */
export type RepresentSource = (source: JsonObject, names: NameCompactor) => Record<string, unknown>;

export interface DeliveryLog {
  error(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  info(fields: object, message: string): void;
}

/** The other processes on the database. */
export interface OtherProcesses {
  readonly hasOtherProcesses: boolean;
  /** Its own name, and those it has taken over. */
  readonly names: readonly string[];
  /** Takes over the notifications of processes that have ended. Returns their names. */
  takeOver(): Promise<readonly string[]>;
}
