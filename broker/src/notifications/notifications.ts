import { setTimeout as pause } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import type { Contexts } from '../context/contexts.ts';
import type { OutboxEntry } from '../entities/write-lane/write-lane.ts';
import type { Pending } from '../model/pending-notification.ts';
import type { OutgoingPolicy } from '../outgoing/outgoing-url.ts';
import type { Subscription } from '../subscriptions/subscription.ts';
import type { UnsettledCounts } from '../subscriptions/unsettled-counts.ts';
import type {
  DeliveryLog,
  LinkedEntities,
  OtherProcesses,
  RepresentSource,
  SubscriptionsInForce,
} from './build/delivery-parts.ts';
import { MessageBuilder } from './build/message-builder.ts';
import { Delivery } from './delivery.ts';
import { Notifiers } from './notifiers.ts';
import type { DeliveryCount, OutboxRow, OutboxStore, SubscriptionKey } from './outbox/outbox.ts';
import { CrossProcessOrder } from './queues/cross-process-order.ts';
import { placeOf } from './queues/endpoint-place.ts';
import { EndpointQueue, type QueuedNotification, type Send } from './queues/endpoint-queue.ts';
import type { EndpointState } from './queues/endpoint-state.ts';
import { OutcomeWriter } from './queues/outcome-writer.ts';
import { DELIVERY_SETTINGS, type DeliverySettings } from './settings.ts';

interface NotificationsParts {
  readonly outbox: OutboxStore;
  readonly peers: OtherProcesses;
  readonly subscriptions: SubscriptionsInForce;
  readonly contexts: Contexts;
  /** Connections to endpoints; closed together with the notifications. */
  readonly pool: Dispatcher;
  /** Which addresses endpoints may have. */
  readonly policy: OutgoingPolicy;
  readonly linked: LinkedEntities;
  readonly representSource: RepresentSource;
  readonly log: DeliveryLog;
  readonly settings?: Partial<DeliverySettings> | undefined;
}

interface TenantQueue {
  readonly tenant: string;
  readonly endpoint: string;
  readonly queue: EndpointQueue;
}

/**
 * How long a statement whose answer was lost may still be committed. It can only be held up by locks, which end sooner.
 */
const DOUBT_MS = 60_000;
/** Entries that are read although memory is full, if all queued entries wait for one that is only in the outbox. */
const ROOM_WHEN_STUCK = 200;

/**
 * Sends notifications to their endpoints: right after the commit from memory, and from the outbox what did not fit into
 * memory or was left by an earlier run.
 */
export class Notifications {
  readonly #parts: NotificationsParts;
  readonly #settings: DeliverySettings;
  readonly #outcomes: OutcomeWriter;
  readonly #notifiers: Notifiers;
  /** By tenant and endpoint. */
  readonly #queues = new Map<string, TenantQueue>();
  readonly #order: CrossProcessOrder;
  readonly #delivery: Delivery;
  /** The notifications of requests that have not ended. */
  readonly #ofRequests = new Map<string, { readonly queue: EndpointQueue; readonly queued: QueuedNotification }[]>();
  #total = 0;
  /**
   * Subscriptions whose oldest entry was in no queue at the last check. An entry may just be in transit, so it is only
   * acted on after two checks.
   */
  #unqueued: ReadonlySet<string> = new Set();
  #sweep: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> | undefined;
  #isClosed = false;

  constructor(parts: NotificationsParts) {
    this.#parts = parts;
    this.#settings = { ...DELIVERY_SETTINGS, ...parts.settings };
    this.#outcomes = new OutcomeWriter(parts.outbox, parts.log, () => parts.peers.hasOtherProcesses);
    this.#notifiers = new Notifiers(parts.pool, parts.policy);
    this.#order = new CrossProcessOrder(parts.outbox, parts.log);
    this.#delivery = new Delivery({
      subscriptions: parts.subscriptions,
      builder: new MessageBuilder(parts),
      notifiers: this.#notifiers,
      outcomes: this.#outcomes,
      settings: this.#settings,
    });
  }

  /** Takes over what an earlier run left. Await it before the first write, so that the order is kept. */
  async start(): Promise<void> {
    const { outbox, peers } = this.#parts;
    await peers.takeOver();
    for (const subscription of await outbox.subscriptionsOf(peers.names)) this.#fallBehind(subscription);
    this.#sweep = setInterval(() => {
      this.#sweeping ??= this.#sweepUp().finally(() => {
        this.#sweeping = undefined;
      });
    }, this.#settings.sweepMs);
    for (const { queue } of this.#queues.values()) this.#readBack(queue);
  }

  /** Takes entries just committed, in commit order for each entity. */
  accept(entries: readonly OutboxEntry[]): void {
    if (this.#isClosed) return;
    for (const entry of entries) {
      const subscription = this.#parts.subscriptions.get(entry.tenant, entry.subscriptionId);
      if (subscription === undefined) this.#outcomes.dropped(entry.id, entry.tenant);
      else this.#acceptOne(entry, subscription);
    }
  }

  #acceptOne(entry: OutboxEntry, subscription: Subscription): void {
    const queue = this.#queueOf(subscription);
    if (queue.queued.has(entry.id) || queue.lastTaken.has(entry.id)) return;
    const isFull = queue.queued.size >= this.#settings.queueLength || this.#total >= this.#settings.totalLength;
    if (isFull || queue.behind.size > 0) {
      queue.refused++;
      queue.behind.set(keyOf(subscription), subscription);
      if (queue.isInDoubt) this.#readBack(queue);
      return;
    }
    this.#hold(queue, { ...entry, attempts: 0 }, subscription, true);
  }

  /** All writes of the request are done. Its notifications for one subscription are sent as one (5.8.6). */
  requestEnded(request: string): void {
    const pending = this.#ofRequests.get(request);
    if (pending === undefined) return;
    this.#ofRequests.delete(request);
    for (const { queue, queued } of pending) {
      if (this.#parts.peers.hasOtherProcesses) this.#order.await(queued, () => queue.turn(queued));
      else queue.turn(queued);
    }
  }

  /**
   * It is unknown whether these entries were committed, maybe for a while. They are read from the outbox when they
   * appear there.
   */
  expectUncertain(entries: readonly OutboxEntry[]): void {
    if (this.#isClosed) return;
    for (const { tenant, subscriptionId } of entries) {
      const subscription = this.#parts.subscriptions.get(tenant, subscriptionId);
      if (subscription === undefined) continue;
      const queue = this.#queueOf(subscription);
      queue.doubtedUntil = performance.now() + DOUBT_MS;
      queue.behind.set(keyOf(subscription), subscription);
      queue.refused++;
      this.#readBack(queue);
    }
  }

  /** The outbox contains entries for these subscriptions that this process has not read. */
  resume(subscriptions: readonly SubscriptionKey[]): void {
    for (const key of subscriptions) this.#fallBehind(key);
    for (const { queue } of this.#queues.values()) if (queue.behind.size > 0) this.#readBack(queue);
  }

  /** The state of recently used endpoints. */
  endpoints(): EndpointState[] {
    return [...this.#queues.values()].map(({ queue, endpoint, tenant }) => queue.state(endpoint, tenant));
  }

  endpointOf(tenant: string, id: string): EndpointState | undefined {
    const subscription = this.#parts.subscriptions.get(tenant, id);
    if (subscription === undefined) return undefined;
    const { endpoint } = placeOf(subscription);
    const known = this.#queues.get(`${tenant} ${endpoint}`);
    return known?.queue.state(endpoint, tenant) ?? { endpoint, tenant, circuit: 'closed', failures: 0, waiting: 0 };
  }

  /** Resolves when the outcomes so far are in the database. */
  settled(): Promise<void> {
    return this.#outcomes.settled();
  }

  /**
   * By subscription, what its stored counters lack right after {@link settled}: attempts of this process that are still without
   * an answer, and what was just answered. A receiver may ask before its answer has reached us.
   */
  unsettled(): UnsettledCounts {
    const counts = new Map<string, DeliveryCount>();
    for (const count of this.#outcomes.unwritten()) counts.set(keyOf(count), { ...count });
    for (const { tenant, id, at } of this.#delivery.underWay()) {
      const count = counts.get(keyOf({ tenant, id }));
      if (count === undefined) {
        const others = { failed: 0, lastSuccess: undefined, lastFailure: undefined };
        counts.set(keyOf({ tenant, id }), { tenant, id, sent: 1, lastNotification: at, ...others });
      } else {
        count.sent++;
        if (at > count.lastNotification) count.lastNotification = at;
      }
    }
    return (key) => counts.get(keyOf(key));
  }

  /** Waits for deliveries in progress. The rest stays in the outbox, for the next run or another process. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#sweep);
    this.#order.close();
    await Promise.race([
      Promise.all([...this.#queues.values()].map(({ queue }) => queue.close())),
      pause(this.#settings.graceMs, undefined, { ref: false }),
    ]);
    await this.#sweeping;
    await this.#outcomes.close();
    await this.#notifiers.close();
  }

  #queueOf(subscription: Subscription): EndpointQueue {
    const { tenant } = subscription;
    const { endpoint } = placeOf(subscription);
    const key = `${tenant} ${endpoint}`;
    const known = this.#queues.get(key);
    if (known !== undefined) return known.queue;
    const { log } = this.#parts;
    const send: Send = (together, isTrial, done) => this.#delivery.send(together, isTrial, done);
    const queue = new EndpointQueue(this.#settings, send, {
      onSpace: (spacious) => {
        this.#total--;
        this.#readOn(spacious);
      },
      onFailing: (error) => log.warn({ endpoint, tenant, error }, 'An endpoint does not accept notifications'),
      onRecovered: () => log.info({ endpoint, tenant }, 'An endpoint accepts notifications again'),
    });
    this.#queues.set(key, { tenant, endpoint, queue });
    return queue;
  }

  /** @param isNew just committed, so its request may not have ended */
  #hold(queue: EndpointQueue, row: OutboxRow, subscription: Subscription, isNew = false): void {
    const pending = row.payload as Pending; // the outbox contains nothing else
    const at = Date.parse(pending.at);
    // An entry that has been admitted by throttling stays admitted, however late it is sent.
    const wasAdmitted = subscription.usesLinkedEntities || row.attempts > 0 || row.replayedAt !== undefined;
    if (!wasAdmitted && !this.#parts.subscriptions.admits(subscription, at, pending.request)) {
      this.#outcomes.dropped(row.id, row.tenant);
      return;
    }
    this.#total++;
    const queued: QueuedNotification = {
      entryId: row.id,
      tenant: row.tenant,
      id: row.subscriptionId,
      entityId: row.entityId,
      version: row.version,
      pending,
      since: row.replayedAt?.getTime() ?? at,
      attempts: row.attempts,
      awaitsTurn: this.#parts.peers.hasOtherProcesses,
    };
    if (isNew && pending.request !== undefined) {
      queued.awaitsTurn = true;
      const ofRequest = this.#ofRequests.get(pending.request);
      if (ofRequest === undefined) this.#ofRequests.set(pending.request, [{ queue, queued }]);
      else ofRequest.push({ queue, queued });
      queue.add(queued);
      return;
    }
    queue.add(queued);
    if (queued.awaitsTurn) this.#order.await(queued, () => queue.turn(queued));
  }

  #fallBehind(key: SubscriptionKey): void {
    const subscription = this.#parts.subscriptions.get(key.tenant, key.id);
    if (subscription !== undefined) this.#queueOf(subscription).behind.set(keyOf(key), key);
    else this.#dropAll(key);
  }

  /** Drops the queued entries of a deleted subscription. */
  #dropAll(key: SubscriptionKey): void {
    this.#parts.outbox.take([key], [...this.#outcomes.unsettled()], this.#settings.queueLength).then(
      (rows) => {
        for (const { id, tenant } of rows) this.#outcomes.dropped(id, tenant);
      },
      (error) => this.#parts.log.error({ error }, 'Could not read the outbox'),
    );
  }

  /** Continues reading the outbox as far as there is room. Once it is empty, the queue in memory is complete again. */
  #readBack(queue: EndpointQueue): void {
    if (queue.isReading || this.#isClosed) return;
    const free = Math.min(this.#settings.queueLength - queue.queued.size, this.#settings.totalLength - this.#total);
    // The entry that all others wait for may be among those that had no room.
    const room = queue.isStuck ? Math.max(free, ROOM_WHEN_STUCK) : free;
    if (room <= 0) return;
    queue.isReading = true;
    const refused = queue.refused;
    // Sent entries remain in the outbox until their outcome is written.
    const known = [...queue.queued.keys(), ...this.#outcomes.unsettled()];
    this.#parts.outbox.take([...queue.behind.values()], known, room).then(
      (rows) => {
        queue.isReading = false;
        const isAll = rows.length < room && queue.refused === refused;
        this.#takeIn(queue, rows, isAll);
        if (!isAll) this.#readOn(queue);
      },
      (error) => {
        queue.isReading = false; // the next sweep reads again
        this.#parts.log.error({ error }, 'Could not read the outbox');
      },
    );
  }

  #readOn(queue: EndpointQueue): void {
    if (queue.behind.size > 0 && queue.queued.size <= this.#settings.queueLength / 2) this.#readBack(queue);
  }

  #takeIn(queue: EndpointQueue, rows: readonly OutboxRow[], isAll: boolean): void {
    queue.lastTaken = new Set(rows.map(({ id }) => id));
    if (isAll && !queue.isInDoubt) queue.behind.clear();
    queue.addTogether(() => {
      for (const row of rows) {
        const subscription = this.#parts.subscriptions.get(row.tenant, row.subscriptionId);
        if (subscription === undefined) this.#outcomes.dropped(row.id, row.tenant);
        else this.#hold(queue, row, subscription);
      }
    });
  }

  /** Takes over the notifications of dead processes, and retries failed reads. */
  async #sweepUp(): Promise<void> {
    const { outbox, peers, log } = this.#parts;
    try {
      for (const [key, { queue }] of this.#queues) if (queue.isIdle) this.#queues.delete(key);
      const taken = await peers.takeOver();
      if (taken.length > 0) {
        for (const subscription of await outbox.subscriptionsOf(taken)) this.#fallBehind(subscription);
        log.info({ processes: taken }, 'Took over notifications of processes that have ended');
      }
      await this.#findUnqueued();
      for (const { queue } of this.#queues.values()) if (queue.behind.size > 0) this.#readBack(queue);
    } catch (error) {
      log.error({ error }, 'Could not sweep the outbox');
    }
  }

  /** Finds outbox entries of this process that are in no queue, and reads them. */
  async #findUnqueued(): Promise<void> {
    const before = this.#unqueued;
    const unqueued = new Set<string>();
    const oldest = await this.#parts.outbox.oldest();
    const settling = new Set(this.#outcomes.unsettled());
    for (const { entryId, subscription } of oldest) {
      const inForce = this.#parts.subscriptions.get(subscription.tenant, subscription.id);
      const queue = inForce && this.#queueOf(inForce);
      if (settling.has(entryId) || queue?.queued.has(entryId) || queue?.behind.has(keyOf(subscription))) continue;
      unqueued.add(entryId);
      if (!before.has(entryId)) continue;
      this.#parts.log.warn({ subscription: subscription.id }, 'Found notifications that were in no queue');
      this.#fallBehind(subscription);
    }
    this.#unqueued = unqueued;
  }
}

function keyOf({ tenant, id }: SubscriptionKey): string {
  return `${tenant} ${id}`;
}
