import { createHash } from 'node:crypto';
import type { Contexts } from '../../context/contexts.ts';
import { type Owed, type OwedNotification, type OwedSources, tellsOfSources } from '../../model/owed-notification.ts';
import type { LinkedEntity } from '../../query/projection/linked-entity.ts';
import type { Subscription } from '../../subscriptions/subscription.ts';
import type { QueuedNotification, Together } from '../queues/endpoint-queue.ts';
import {
  buildNotification,
  buildSourceNotification,
  type NotificationMessage,
  projectionOf,
} from './build-notification.ts';
import type { LinkedEntities, RepresentSource, SubscriptionsInForce } from './delivery-parts.ts';

interface BuilderParts {
  readonly subscriptions: SubscriptionsInForce;
  readonly contexts: Contexts;
  readonly linked: LinkedEntities;
  readonly representSource: RepresentSource;
}

/** Builds the message for outbox entries, after the final checks whether to send it. */
export class MessageBuilder {
  readonly #parts: BuilderParts;

  constructor(parts: BuilderParts) {
    this.#parts = parts;
  }

  /**
   * Builds the message synchronously if nothing needs to be looked up, which is nearly always the case. Undefined also
   * if there is nothing to send.
   */
  atOnce(together: Together, subscription: Subscription, owed: readonly Owed[]): NotificationMessage | undefined {
    const { asksLinked, throttlingMs, jsonldContext, notification } = subscription;
    if (asksLinked || throttlingMs !== undefined || notification.join !== undefined || !isOfEntities(owed))
      return undefined;
    const context = this.#parts.contexts.cached(jsonldContext);
    return context && buildNotification(idOf(together), owed, subscription, context);
  }

  /** Undefined if there is nothing to send after all. */
  async later(
    together: Together,
    subscription: Subscription,
    owed: readonly Owed[],
  ): Promise<NotificationMessage | undefined> {
    const [first] = together;
    const confirmed = await this.#confirmed(first, subscription, owed);
    if (confirmed.length === 0 || !(await this.#hasTurn(first, subscription))) return undefined;
    return this.#built(idOf(together), subscription, confirmed);
  }

  /** Evaluated once: a retried notification has already been confirmed. */
  async #confirmed(
    { since, attempts, owed: { at, request } }: QueuedNotification,
    subscription: Subscription,
    owed: readonly Owed[],
  ): Promise<readonly Owed[]> {
    const isReplayed = since > Date.parse(at);
    if (!subscription.asksLinked || attempts > 0 || isReplayed || !isOfEntities(owed)) return owed;
    const { subscriptions } = this.#parts;
    const areConfirmed = await Promise.all(owed.map((each) => subscriptions.confirms(subscription, each)));
    const confirmed = owed.filter((_each, i) => areConfirmed[i]);
    const isAdmitted = confirmed.length > 0 && subscriptions.admits(subscription, Date.parse(at), request);
    return isAdmitted ? confirmed : [];
  }

  /** Throttling over all processes. A retried notification already has its turn. */
  async #hasTurn(queued: QueuedNotification, subscription: Subscription): Promise<boolean> {
    const at = Date.parse(queued.owed.at);
    if (subscription.throttlingMs === undefined || queued.attempts > 0 || queued.since > at) return true;
    return this.#parts.subscriptions.claims(subscription, queued.entryId, at);
  }

  async #built(
    id: string,
    subscription: Subscription,
    owed: readonly Owed[],
  ): Promise<NotificationMessage | undefined> {
    const { contexts } = this.#parts;
    const url = subscription.jsonldContext;
    const context = contexts.cached(url) ?? (await contexts.resolve(url));
    if (!isOfEntities(owed)) {
      return buildSourceNotification(id, owed[0] as OwedSources, subscription, context, this.#parts.representSource);
    }
    const linked = await this.#linkedTo(owed, subscription);
    return buildNotification(id, owed, subscription, context, linked);
  }

  async #linkedTo(owed: readonly OwedNotification[], subscription: Subscription): Promise<readonly LinkedEntity[]> {
    const { join, joinLevel } = subscription.notification;
    const roots = owed.flatMap(({ deleted, entity, more = [] }) => (deleted ? [] : [entity, ...more]));
    if (join === undefined || roots.length === 0) return [];
    const projection = projectionOf(subscription);
    const how = { joinLevel, ...(projection && { projection }) };
    return this.#parts.linked(subscription.tenant, roots, how, subscription.owner);
  }
}

/** Notifications of registrations are always sent one by one, because no request causes several of them. */
function isOfEntities(owed: readonly Owed[]): owed is readonly OwedNotification[] {
  return owed.length > 0 && !owed.some(tellsOfSources);
}

/**
 * The id of a single entry; for several entries a UUID v8 derived from their ids, so it is the same as long as the same
 * entries are sent together.
 */
function idOf(together: Together): string {
  const [{ entryId }] = together;
  if (together.length === 1) return entryId;
  const ids = together.map((queued) => queued.entryId).sort();
  const hex = createHash('sha256').update(ids.join()).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
