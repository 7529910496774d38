import { MOST_HOPS } from '../model/hops.ts';
import { type Owed, type OwedNotification, tellsOfSources } from '../model/owed-notification.ts';
import { type Subscription, subscriptionStatus } from '../subscriptions/subscription.ts';
import type { Attempt } from './attempt.ts';
import type { NotificationMessage } from './build/build-notification.ts';
import type { SubscriptionsInForce } from './build/delivery-parts.ts';
import type { MessageBuilder } from './build/message-builder.ts';
import type { Notifiers } from './notifiers.ts';
import { placeOf } from './queues/endpoint-place.ts';
import type { QueuedNotification, Sent } from './queues/endpoint-queue.ts';
import type { OutcomeWriter } from './queues/outcome-writer.ts';
import { type DeliverySettings, pauseMs } from './settings.ts';

export interface DeliveryParts {
  readonly subscriptions: SubscriptionsInForce;
  readonly builder: MessageBuilder;
  readonly notifiers: Notifiers;
  readonly outcomes: OutcomeWriter;
  readonly settings: DeliverySettings;
}

const DROPPED: Sent = { end: 'done', answered: false };
const DELIVERED: Sent = { end: 'done', answered: true };

type Done = (sent: Sent) => void;

/** One attempt to deliver a notification, and what is written down of it. */
export class Delivery {
  readonly #parts: DeliveryParts;

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
  }

  /**
   * Without a promise for each step: most have nothing to wait for but the answer.
   *
   * @param isTrial the endpoint failed last time
   * @param done called once, maybe before this returns
   */
  send(queued: QueuedNotification, isTrial: boolean, done: Done): void {
    const { subscriptions, settings, outcomes } = this.#parts;
    const subscription = subscriptions.get(queued.tenant, queued.id);
    const now = Date.now();
    if (subscription === undefined || subscriptionStatus(subscription, now) !== 'active') {
      this.#drop(queued, done);
      return;
    }
    const isOld = now - queued.since > settings.longestAgeMs;
    if (isOld && (isTrial || queued.attempts > 0)) {
      outcomes.died(attemptOf(queued, 0, queued.lastError ?? 'Never tried: the endpoint was down'), queued, false);
      done(DROPPED);
      return;
    }
    if (isChainTooLong(queued)) {
      outcomes.died(attemptOf(queued, 0, CHAIN_TOO_LONG), queued, false);
      done(DROPPED);
      return;
    }
    this.#build(queued, subscription, isOld, done);
  }

  #build(queued: QueuedNotification, subscription: Subscription, isOld: boolean, done: Done): void {
    const { builder, subscriptions } = this.#parts;
    let owed: Owed | undefined;
    let message: NotificationMessage | undefined;
    try {
      const isWhole = subscription.owner === undefined || tellsOfSources(queued.owed);
      owed = isWhole ? queued.owed : subscriptions.visible(subscription, queued.owed as OwedNotification); // no sources
      message = owed && builder.atOnce(queued, subscription, owed);
    } catch (error) {
      this.#ended(queued, subscription, noMessage(error), isOld, done);
      return;
    }
    if (owed === undefined) this.#drop(queued, done);
    else if (message !== undefined) this.#post(queued, subscription, message, isOld, done);
    else {
      builder.later(queued, subscription, owed).then(
        (built) => (built ? this.#post(queued, subscription, built, isOld, done) : this.#drop(queued, done)),
        (error) => this.#ended(queued, subscription, noMessage(error), isOld, done),
      );
    }
  }

  #drop(queued: QueuedNotification, done: Done): void {
    this.#parts.outcomes.dropped(queued.entryId);
    done(DROPPED);
  }

  #post(
    queued: QueuedNotification,
    subscription: Subscription,
    message: NotificationMessage,
    isOld: boolean,
    done: Done,
  ): void {
    const { endpoint } = subscription.notification;
    const timeoutMs = endpoint.timeoutMs ?? this.#parts.settings.timeoutMs;
    const id = `urn:ngsi-ld:Notification:${queued.entryId}`;
    const { url } = placeOf(subscription);
    try {
      this.#parts.notifiers
        .of(url)
        .send({ id, url, message, endpoint, timeoutMs }, (attempt) =>
          this.#ended(queued, subscription, attempt, isOld, done),
        );
    } catch (error) {
      this.#ended(queued, subscription, noMessage(error), isOld, done);
    }
  }

  #ended(queued: QueuedNotification, subscription: Subscription, attempt: Attempt, isOld: boolean, done: Done): void {
    if (attempt.ok) {
      this.#parts.outcomes.delivered(queued.entryId, queued, isCounted(queued));
      done(DELIVERED);
      return;
    }
    const { cooldownMs = 0 } = subscription.notification.endpoint;
    done(this.#failed(queued, attempt.error, attempt.endpointDown, isOld, cooldownMs));
  }

  #failed(
    queued: QueuedNotification,
    error: string,
    endpointDown: boolean,
    isOld: boolean,
    leastPauseMs: number,
  ): Sent {
    const { settings, outcomes } = this.#parts;
    const counts = isCounted(queued);
    queued.attempts++;
    queued.lastError = error;
    const attempt = attemptOf(queued, pauseMs(queued.attempts, leastPauseMs, settings), error);
    if (isOld) {
      outcomes.died(attempt, queued, true);
      return DROPPED;
    }
    outcomes.failed(attempt, queued, counts);
    return { end: 'again', endpointDown, leastPauseMs, error };
  }
}

const CHAIN_TOO_LONG = `Not sent: ${MOST_HOPS} notifications led to this change, each by a write that the one before caused`;

/** What an operator sends again is meant. */
function isChainTooLong({ owed: { hops, at }, since }: QueuedNotification): boolean {
  return hops !== undefined && hops >= MOST_HOPS && since === Date.parse(at);
}

/** What is wrong with one message is not the endpoint's fault. */
function noMessage(error: unknown): Attempt {
  return { ok: false, error: String(error), endpointDown: false };
}

function attemptOf(queued: QueuedNotification, pause: number, error: string) {
  return { id: queued.entryId, attempts: queued.attempts, nextAttemptAt: new Date(Date.now() + pause), error };
}

/** 5.11.7: a notification of registrations is sent once, however often it is tried. */
function isCounted({ owed, attempts }: QueuedNotification): boolean {
  return attempts === 0 || !tellsOfSources(owed);
}
