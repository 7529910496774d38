import type { Contexts } from '../../context/contexts.ts';
import { type Owed, type OwedNotification, tellsOfSources } from '../../model/owed-notification.ts';
import type { LinkedEntity } from '../../query/projection/linked-entity.ts';
import type { Subscription } from '../../subscriptions/subscription.ts';
import type { Held } from '../queues/endpoint-queue.ts';
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
  atOnce(held: Held, subscription: Subscription, owed: Owed): NotificationMessage | undefined {
    const { asksLinked, throttlingMs, jsonldContext, notification } = subscription;
    if (asksLinked || throttlingMs !== undefined || notification.join !== undefined || tellsOfSources(owed))
      return undefined;
    const context = this.#parts.contexts.cached(jsonldContext);
    return context && buildNotification(held.entryId, owed, subscription, context);
  }

  /** Undefined where nothing is to be told after all. */
  async later(held: Held, subscription: Subscription, owed: Owed): Promise<NotificationMessage | undefined> {
    if (!(await this.#isConfirmed(held, subscription, owed))) return undefined;
    if (!(await this.#hasTurn(held, subscription))) return undefined;
    return this.#built(held.entryId, subscription, owed);
  }

  /** Asked once: what is to be tried again was confirmed already. */
  async #isConfirmed(held: Held, subscription: Subscription, owed: Owed): Promise<boolean> {
    const isReplayed = held.since > Date.parse(held.owed.at);
    if (!subscription.asksLinked || held.attempts > 0 || isReplayed || tellsOfSources(owed)) return true;
    const { subscriptions } = this.#parts;
    if (!(await subscriptions.confirms(subscription, owed))) return false;
    return subscriptions.admits(subscription, Date.parse(held.owed.at));
  }

  /** Throttled over all processes; what was tried once has had its turn. */
  async #hasTurn(held: Held, subscription: Subscription): Promise<boolean> {
    const at = Date.parse(held.owed.at);
    if (subscription.throttlingMs === undefined || held.attempts > 0 || held.since > at) return true;
    return this.#parts.subscriptions.claims(subscription, held.entryId, at);
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
