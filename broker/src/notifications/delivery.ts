import { type Owed, type OwedNotification, tellsOfSources } from '../model/owed-notification.ts';
import { type Subscription, subscriptionStatus } from '../subscriptions/subscription.ts';
import type { Attempt } from './attempt.ts';
import type { NotificationMessage } from './build/build-notification.ts';
import type { SubscriptionsInForce } from './build/delivery-parts.ts';
import type { MessageBuilder } from './build/message-builder.ts';
import type { Notifiers } from './notifiers.ts';
import { placeOf } from './queues/endpoint-place.ts';
import type { Held, Sent } from './queues/endpoint-queue.ts';
import type { Settler } from './queues/outcome-writer.ts';
import { type DeliverySettings, pauseMs } from './settings.ts';

export interface DeliveryParts {
  readonly subscriptions: SubscriptionsInForce;
  readonly builder: MessageBuilder;
  readonly notifiers: Notifiers;
  readonly settler: Settler;
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
  send(held: Held, isTrial: boolean, done: Done): void {
    const { subscriptions, settings, settler } = this.#parts;
    const subscription = subscriptions.get(held.tenant, held.id);
    const now = Date.now();
    if (subscription === undefined || subscriptionStatus(subscription, now) !== 'active') {
      this.#drop(held, done);
      return;
    }
    const isOld = now - held.since > settings.longestAgeMs;
    if (isOld && (isTrial || held.attempts > 0)) {
      settler.died(attemptOf(held, 0, held.lastError ?? 'Never tried: the endpoint was down'), held, false);
      done(DROPPED);
      return;
    }
    this.#build(held, subscription, isOld, done);
  }

  #build(held: Held, subscription: Subscription, isOld: boolean, done: Done): void {
    const { builder, subscriptions } = this.#parts;
    let owed: Owed | undefined;
    let message: NotificationMessage | undefined;
    try {
      const isWhole = subscription.owner === undefined || tellsOfSources(held.owed);
      owed = isWhole ? held.owed : subscriptions.visible(subscription, held.owed as OwedNotification); // no sources
      message = owed && builder.atOnce(held, subscription, owed);
    } catch (error) {
      this.#ended(held, subscription, noMessage(error), isOld, done);
      return;
    }
    if (owed === undefined) this.#drop(held, done);
    else if (message !== undefined) this.#post(held, subscription, message, isOld, done);
    else {
      builder.later(held, subscription, owed).then(
        (built) => (built ? this.#post(held, subscription, built, isOld, done) : this.#drop(held, done)),
        (error) => this.#ended(held, subscription, noMessage(error), isOld, done),
      );
    }
  }

  #drop(held: Held, done: Done): void {
    this.#parts.settler.dropped(held.entryId);
    done(DROPPED);
  }

  #post(held: Held, subscription: Subscription, message: NotificationMessage, isOld: boolean, done: Done): void {
    const { endpoint } = subscription.notification;
    const timeoutMs = endpoint.timeoutMs ?? this.#parts.settings.timeoutMs;
    const id = `urn:ngsi-ld:Notification:${held.entryId}`;
    const { url } = placeOf(subscription);
    try {
      this.#parts.notifiers.send(id, url, message, endpoint, timeoutMs, (attempt) =>
        this.#ended(held, subscription, attempt, isOld, done),
      );
    } catch (error) {
      this.#ended(held, subscription, noMessage(error), isOld, done);
    }
  }

  #ended(held: Held, subscription: Subscription, attempt: Attempt, isOld: boolean, done: Done): void {
    if (attempt.ok) {
      this.#parts.settler.delivered(held.entryId, held, isCounted(held));
      done(DELIVERED);
      return;
    }
    const { cooldownMs = 0 } = subscription.notification.endpoint;
    done(this.#failed(held, attempt.error, attempt.endpointDown, isOld, cooldownMs));
  }

  #failed(held: Held, error: string, endpointDown: boolean, isOld: boolean, leastPauseMs: number): Sent {
    const { settings, settler } = this.#parts;
    const counts = isCounted(held);
    held.attempts++;
    held.lastError = error;
    const attempt = attemptOf(held, pauseMs(held.attempts, leastPauseMs, settings), error);
    if (isOld) {
      settler.died(attempt, held, true);
      return DROPPED;
    }
    settler.failed(attempt, held, counts);
    return { end: 'again', endpointDown, leastPauseMs, error };
  }
}

/** What is wrong with one message is not the endpoint's fault. */
function noMessage(error: unknown): Attempt {
  return { ok: false, error: String(error), endpointDown: false };
}

function attemptOf(held: Held, pause: number, error: string) {
  return { id: held.entryId, attempts: held.attempts, nextAttemptAt: new Date(Date.now() + pause), error };
}

/** 5.11.7: a notification of registrations is sent once, however often it is tried. */
function isCounted({ owed, attempts }: Held): boolean {
  return attempts === 0 || !tellsOfSources(owed);
}
