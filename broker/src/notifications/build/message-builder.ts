import type { Contexts } from '../../context/contexts.ts';
import { type Owed, type OwedNotification, tellsOfSources } from '../../model/owed-notification.ts';
import type { LinkedEntity } from '../../query/projection/linked-entity.ts';
import type { Subscription } from '../../subscriptions/subscription.ts';
import type { QueuedNotification } from '../queues/endpoint-queue.ts';
import {
  buildNotification,
  buildSourceNotification,
  type NotificationMessage,
  projectionOf,
} from './build-notification.ts';
import type { LinkedEntities, RepresentSource, SubscriptionsInForce } from './delivery-parts.ts';

export interface BuilderParts {
  readonly subscriptions: SubscriptionsInForce;
  readonly contexts: Contexts;
  readonly linked: LinkedEntities;
  readonly representSource: RepresentSource;
}

/** Makes the message that an entry of the outbox is sent as, once it is certain that it is to be sent. */
export class MessageBuilder {
  readonly #parts: BuilderParts;

  constructor(parts: BuilderParts) {
    this.#parts = parts;
  }

  /** Where nobody need be asked: nearly always, and without a promise for each step. Undefined also where nothing is told. */
  atOnce(queued: QueuedNotification, subscription: Subscription, owed: Owed): NotificationMessage | undefined {
    const { asksLinked, throttlingMs, jsonldContext, notification } = subscription;
    if (asksLinked || throttlingMs !== undefined || notification.join !== undefined || tellsOfSources(owed))
      return undefined;
    const context = this.#parts.contexts.cached(jsonldContext);
    return context && buildNotification(queued.entryId, owed, subscription, context);
  }

  /** Undefined where nothing is to be told after all. */
  async later(
    queued: QueuedNotification,
    subscription: Subscription,
    owed: Owed,
  ): Promise<NotificationMessage | undefined> {
    if (!(await this.#isConfirmed(queued, subscription, owed))) return undefined;
    if (!(await this.#hasTurn(queued, subscription))) return undefined;
    return this.#built(queued.entryId, subscription, owed);
  }

  /** Asked once: what is to be tried again was confirmed already. */
  async #isConfirmed(queued: QueuedNotification, subscription: Subscription, owed: Owed): Promise<boolean> {
    const isReplayed = queued.since > Date.parse(queued.owed.at);
    if (!subscription.asksLinked || queued.attempts > 0 || isReplayed || tellsOfSources(owed)) return true;
    const { subscriptions } = this.#parts;
    if (!(await subscriptions.confirms(subscription, owed))) return false;
    return subscriptions.admits(subscription, Date.parse(queued.owed.at));
  }

  /** Throttled over all processes; what was tried once has had its turn. */
  async #hasTurn(queued: QueuedNotification, subscription: Subscription): Promise<boolean> {
    const at = Date.parse(queued.owed.at);
    if (subscription.throttlingMs === undefined || queued.attempts > 0 || queued.since > at) return true;
    return this.#parts.subscriptions.claims(subscription, queued.entryId, at);
  }

  async #built(entryId: string, subscription: Subscription, owed: Owed): Promise<NotificationMessage | undefined> {
    const { contexts } = this.#parts;
    const url = subscription.jsonldContext;
    const context = contexts.cached(url) ?? (await contexts.resolve(url));
    if (tellsOfSources(owed)) {
      return buildSourceNotification(entryId, owed, subscription, context, this.#parts.representSource);
    }
    const linked = await this.#linkedTo(owed, subscription);
    return buildNotification(entryId, owed, subscription, context, linked);
  }

  async #linkedTo(owed: OwedNotification, subscription: Subscription): Promise<readonly LinkedEntity[]> {
    const { join, joinLevel } = subscription.notification;
    if (join === undefined || owed.deleted) return [];
    const projection = projectionOf(subscription);
    const roots = [owed.entity, ...(owed.more ?? [])];
    const how = { joinLevel, ...(projection && { projection }) };
    return this.#parts.linked(subscription.tenant, roots, how, subscription.owner);
  }
}
