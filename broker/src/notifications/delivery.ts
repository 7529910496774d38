import { beginSpan, traceHeaders, traceOfText } from '@alzette/kit/tracing';
import { MAX_HOPS } from '../model/hops.ts';
import { isOfSources, type Pending } from '../model/pending-notification.ts';
import { type Subscription, subscriptionStatus } from '../subscriptions/subscription.ts';
import type { Attempt } from './attempt.ts';
import type { NotificationMessage } from './build/build-notification.ts';
import type { SubscriptionsInForce } from './build/delivery-parts.ts';
import type { MessageBuilder } from './build/message-builder.ts';
import type { Notifiers } from './notifiers.ts';
import type { SubscriptionKey } from './outbox/outbox.ts';
import { placeOf } from './queues/endpoint-place.ts';
import type { QueuedNotification, Sent, Together } from './queues/endpoint-queue.ts';
import type { OutcomeWriter } from './queues/outcome-writer.ts';
import { type DeliverySettings, pauseMs } from './settings.ts';

interface DeliveryParts {
  readonly subscriptions: SubscriptionsInForce;
  readonly builder: MessageBuilder;
  readonly notifiers: Notifiers;
  readonly outcomes: OutcomeWriter;
  readonly settings: DeliverySettings;
}

const DROPPED: Sent = { end: 'done', answered: false };
const DELIVERED: Sent = { end: 'done', answered: true };

type Done = (sent: Sent) => void;

/** An attempt whose outcome is not known yet. */
interface AttemptUnderWay extends SubscriptionKey {
  readonly at: Date;
}

/** Makes one attempt to deliver notifications, and records the outcome. */
export class Delivery {
  readonly #parts: DeliveryParts;
  readonly #underWay = new Set<AttemptUnderWay>();

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
  }

  /** The attempts that count and whose outcome is not known yet. */
  underWay(): Iterable<AttemptUnderWay> {
    return this.#underWay;
  }

  /**
   * Uses callbacks instead of promises for each step, because most notifications only wait for the answer.
   *
   * @param together of one subscription; they are sent as one notification and succeed or fail together
   *
   * @param isTrial whether the previous attempt at this endpoint failed
   *
   * @param done called once, possibly before this returns
   */
  send(together: Together, isTrial: boolean, done: Done): void {
    const { subscriptions, settings } = this.#parts;
    const [first] = together;
    const subscription = subscriptions.get(first.tenant, first.id);
    const now = Date.now();
    if (subscription === undefined || subscriptionStatus(subscription, now) !== 'active') {
      this.#drop(together, done);
      return;
    }
    const isOld = now - first.since > settings.longestAgeMs;
    if (isOld && (isTrial || first.attempts > 0)) {
      this.#giveUp(together, first.lastError ?? 'Never tried: the endpoint was unavailable', done);
    } else if (isChainTooLong(first)) this.#giveUp(together, CHAIN_TOO_LONG, done);
    else this.#build(together, subscription, isOld, done);
  }

  #build(together: Together, subscription: Subscription, isOld: boolean, done: Done): void {
    const { builder } = this.#parts;
    let pending: readonly Pending[];
    let message: NotificationMessage | undefined;
    try {
      pending = this.#visible(together, subscription);
      message = builder.buildNow(together, subscription, pending);
    } catch (error) {
      this.#ended(together, subscription, noMessage(error), isOld, done);
      return;
    }
    if (pending.length === 0) this.#drop(together, done);
    else if (message !== undefined) this.#post(together, subscription, message, isOld, done);
    else {
      builder.buildLater(together, subscription, pending).then(
        (built) => (built ? this.#post(together, subscription, built, isOld, done) : this.#drop(together, done)),
        (error) => this.#ended(together, subscription, noMessage(error), isOld, done),
      );
    }
  }

  /** What the owner of the subscription may currently see. */
  #visible(together: Together, subscription: Subscription): Pending[] {
    const all = together.map(({ pending }) => pending);
    if (subscription.owner === undefined) return all;
    return all.flatMap((pending) =>
      isOfSources(pending) ? pending : (this.#parts.subscriptions.visible(subscription, pending) ?? []),
    );
  }

  #drop(together: Together, done: Done): void {
    for (const { entryId, tenant } of together) this.#parts.outcomes.dropped(entryId, tenant);
    done(DROPPED);
  }

  /** Gives up notifications that were not tried again. */
  #giveUp(together: Together, why: string, done: Done): void {
    for (const queued of together) this.#parts.outcomes.died(attemptOf(queued, 0, why), queued, false);
    done(DROPPED);
  }

  #post(
    together: Together,
    subscription: Subscription,
    message: NotificationMessage,
    isOld: boolean,
    done: Done,
  ): void {
    const { endpoint } = subscription.notification;
    const timeoutMs = endpoint.timeoutMs ?? this.#parts.settings.timeoutMs;
    const { url } = placeOf(subscription);
    const carried = (together.at(-1) as QueuedNotification).pending.trace; // at least one
    const trace = carried === undefined ? undefined : traceOfText(carried);
    const span = trace && beginSpan(trace);
    const ownHeaders = trace && traceHeaders(span?.trace ?? trace);
    const [{ tenant, id }] = together;
    const underWay = { tenant, id, at: new Date() };
    if (isCounted(together[0])) this.#underWay.add(underWay);
    const ended = (attempt: Attempt): void => {
      this.#underWay.delete(underWay);
      const about = () => ({ 'server.address': url.host, 'alzette.subscription': subscription.id });
      span?.end('notify', 'producer', about, attempt.ok ? undefined : attempt.error);
      this.#ended(together, subscription, attempt, isOld, done);
    };
    try {
      this.#parts.notifiers.of(url).send({ id: message.id, url, message, ownHeaders, endpoint, timeoutMs }, ended);
    } catch (error) {
      this.#underWay.delete(underWay);
      this.#ended(together, subscription, noMessage(error), isOld, done);
    }
  }

  #ended(together: Together, subscription: Subscription, attempt: Attempt, isOld: boolean, done: Done): void {
    if (attempt.ok) {
      together.forEach((queued, i) => {
        this.#parts.outcomes.delivered(queued.entryId, queued, i === 0 && isCounted(queued));
      });
      done(DELIVERED);
      return;
    }
    const { cooldownMs = 0 } = subscription.notification.endpoint;
    done(this.#failed(together, attempt.error, attempt.endpointDown, isOld, cooldownMs));
  }

  #failed(together: Together, error: string, endpointDown: boolean, isOld: boolean, leastPauseMs: number): Sent {
    const { settings, outcomes } = this.#parts;
    for (const [i, queued] of together.entries()) {
      const counts = i === 0 && isCounted(queued); // one notification was sent
      queued.attempts++;
      queued.lastError = error;
      const attempt = attemptOf(queued, pauseMs(queued.attempts, leastPauseMs, settings), error);
      if (isOld) outcomes.died(attempt, queued, i === 0);
      else outcomes.failed(attempt, queued, counts);
    }
    return isOld ? DROPPED : { end: 'again', endpointDown, leastPauseMs, error };
  }
}

const CHAIN_TOO_LONG = `Not sent: ${MAX_HOPS} notifications led to this change in a chain, each causing the next write`;

/** A notification that an operator replays is exempt. */
function isChainTooLong({ pending: { hops, at }, since }: QueuedNotification): boolean {
  return hops !== undefined && hops >= MAX_HOPS && since === Date.parse(at);
}

/** A message that can't be built is not the endpoint's fault. */
function noMessage(error: unknown): Attempt {
  return { ok: false, error: String(error), endpointDown: false };
}

function attemptOf(queued: QueuedNotification, pause: number, error: string) {
  const nextAttemptAt = new Date(Date.now() + pause);
  return { id: queued.entryId, tenant: queued.tenant, attempts: queued.attempts, nextAttemptAt, error };
}

/** 5.11.7: a notification of registrations is counted once, however often it is tried. */
function isCounted({ pending, attempts }: QueuedNotification): boolean {
  return attempts === 0 || !isOfSources(pending);
}
