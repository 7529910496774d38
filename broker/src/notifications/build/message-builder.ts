import { createHash } from 'node:crypto';
import type { Contexts } from '../../context/contexts.ts';
import {
  isOfSources,
  type Pending,
  type PendingNotification,
  type PendingSourceNotification,
} from '../../model/pending-notification.ts';
import type { LinkedEntity } from '../../query/projection/linked-entity.ts';
import type { Subscription } from '../../subscriptions/subscription.ts';
import type { QueuedNotification, Together } from '../queues/endpoint-queue.ts';
import {
  buildNotification,
  buildSourceNotification,
  type MessageIds,
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
  buildNow(
    together: Together,
    subscription: Subscription,
    pending: readonly Pending[],
  ): NotificationMessage | undefined {
    const { usesLinkedEntities, throttlingMs, jsonldContext, notification } = subscription;
    if (usesLinkedEntities || throttlingMs !== undefined || notification.join !== undefined || !isOfEntities(pending))
      return undefined;
    const context = this.#parts.contexts.cached(jsonldContext);
    return context && buildNotification(idsOf(together), pending, subscription, context);
  }

  /** Undefined if there is nothing to send after all. */
  async buildLater(
    together: Together,
    subscription: Subscription,
    pending: readonly Pending[],
  ): Promise<NotificationMessage | undefined> {
    const [first] = together;
    const confirmed = await this.#confirmed(first, subscription, pending);
    if (confirmed.length === 0 || !(await this.#hasTurn(first, subscription))) return undefined;
    return this.#built(idsOf(together), subscription, confirmed);
  }

  /** Evaluated once: a retried notification has already been confirmed. */
  async #confirmed(
    { since, attempts, pending: { at, request } }: QueuedNotification,
    subscription: Subscription,
    pending: readonly Pending[],
  ): Promise<readonly Pending[]> {
    const isReplayed = since > Date.parse(at);
    if (!subscription.usesLinkedEntities || attempts > 0 || isReplayed || !isOfEntities(pending)) return pending;
    const { subscriptions } = this.#parts;
    const areConfirmed = await Promise.all(pending.map((each) => subscriptions.confirms(subscription, each)));
    const confirmed = pending.filter((_each, i) => areConfirmed[i]);
    const isAdmitted = confirmed.length > 0 && subscriptions.admits(subscription, Date.parse(at), request);
    return isAdmitted ? confirmed : [];
  }

  /** Throttling over all processes. A retried notification already has its turn. */
  async #hasTurn(queued: QueuedNotification, subscription: Subscription): Promise<boolean> {
    const at = Date.parse(queued.pending.at);
    if (subscription.throttlingMs === undefined || queued.attempts > 0 || queued.since > at) return true;
    return this.#parts.subscriptions.claims(subscription, queued.entryId, at);
  }

  async #built(
    ids: MessageIds,
    subscription: Subscription,
    pending: readonly Pending[],
  ): Promise<NotificationMessage | undefined> {
    const { contexts } = this.#parts;
    const url = subscription.jsonldContext;
    const context = contexts.cached(url) ?? (await contexts.resolve(url));
    if (!isOfEntities(pending)) {
      return buildSourceNotification(
        ids.id,
        pending[0] as PendingSourceNotification,
        subscription,
        context,
        this.#parts.representSource,
      );
    }
    const linked = await this.#linkedTo(pending, subscription);
    return buildNotification(ids, pending, subscription, context, linked);
  }

  async #linkedTo(
    pending: readonly PendingNotification[],
    subscription: Subscription,
  ): Promise<readonly LinkedEntity[]> {
    const { join, joinLevel } = subscription.notification;
    const roots = pending.flatMap(({ deleted, entity, more = [] }) => (deleted ? [] : [entity, ...more]));
    if (join === undefined || roots.length === 0) return [];
    const projection = projectionOf(subscription);
    const how = { joinLevel, ...(projection && { projection }) };
    return this.#parts.linked(subscription.tenant, roots, how, subscription.owner);
  }
}

/** Notifications of registrations are always sent one by one, because no request causes several of them. */
function isOfEntities(pending: readonly Pending[]): pending is readonly PendingNotification[] {
  return pending.length > 0 && !pending.some(isOfSources);
}

/**
 * The id of a single entry; for several entries a UUID v8 derived from their ids, so it is the same as long as the same
 * entries are sent together. Because others may be sent together next time, each of them keeps its own id beside it.
 */
function idsOf(together: Together): MessageIds {
  const [{ entryId }] = together;
  if (together.length === 1) return { id: entryId, ofChanges: undefined };
  const ids = together.map((queued) => queued.entryId).sort();
  const hex = createHash('sha256').update(ids.join()).digest('hex');
  return {
    id: `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`,
    ofChanges: new Map(together.map((queued) => [queued.entityId, queued.entryId])),
  };
}
