import { setTimeout as pause } from 'node:timers/promises';
import type { Contexts } from '../context/contexts.ts';
import type { EndpointState } from '../model/endpoint-state.ts';
import type { Entity } from '../model/entity.ts';
import type { NameCompactor } from '../model/names.ts';
import { type Owed, type OwedNotification, tellsOfSources } from '../model/owed-notification.ts';
import { type Subscription, type SubscriptionOwner, subscriptionStatus } from '../model/subscription.ts';
import type { JsonObject } from '../model/values.ts';
import type { Projection } from '../query/projection.ts';
import type { LinkedEntity } from '../query/shown-entities.ts';
import type { OutboxStore, OwedRow, SubscriptionKey } from '../store/outbox.ts';
import type { OutboxEntry } from '../store/write-lane.ts';
import type { Attempt } from './attempt.ts';
import {
  buildNotification,
  buildSourceNotification,
  type NotificationMessage,
  projectionOf,
} from './build-notification.ts';
import { EndpointQueue, type Held, type Sent } from './endpoint-queue.ts';
import type { Notifiers } from './notifiers.ts';
import { type DeliverySettings, pauseMs } from './settings.ts';
import type { Settler } from './settler.ts';
import { Turns } from './turns.ts';

/** What delivery asks of the subscriptions in force. */
export interface SubscriptionsInForce {
  get(tenant: string, id: string): Subscription | undefined;
  /** Throttling: whether a change of this time may be told; opens the next pause if so. */
  admits(subscription: Subscription, at: number): boolean;
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

export interface DispatcherParts {
  readonly outbox: OutboxStore;
  readonly peers: OtherProcesses;
  readonly settler: Settler;
  readonly subscriptions: SubscriptionsInForce;
  readonly contexts: Contexts;
  readonly linked: LinkedEntities;
  readonly representSource: RepresentSource;
  readonly notifiers: Notifiers;
  readonly settings: DeliverySettings;
  readonly log: DeliveryLog;
}

const ROOM_WHEN_STUCK = 200;
const DROPPED: Sent = { end: 'done', answered: false };
const DELIVERED: Sent = { end: 'done', answered: true };

/** Brings what is owed to its endpoints: from memory right after commit, from the outbox what does not fit or was left. */
export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #queues = new Map<string, EndpointQueue>();
  readonly #turns: Turns;
  #total = 0;
  #sweep: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> | undefined;
  #isClosed = false;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
    this.#turns = new Turns(parts.outbox, parts.log);
  }

  /** Takes over what a former run of this process left: before anything new, so that order is kept. */
  async start(): Promise<void> {
    const { outbox, peers } = this.#parts;
    await peers.takeOver();
    for (const subscription of await outbox.owedBy(peers.names)) this.#fallBehind(subscription);
    this.#sweep = setInterval(() => {
      this.#sweeping ??= this.#sweepUp().finally(() => {
        this.#sweeping = undefined;
      });
    }, this.#parts.settings.sweepMs);
    for (const queue of this.#queues.values()) this.#readBack(queue);
  }

  /** Entries just committed. */
  accept(entries: readonly OutboxEntry[]): void {
    if (this.#isClosed) return;
    for (const entry of entries) {
      const subscription = this.#parts.subscriptions.get(entry.tenant, entry.subscriptionId);
      if (subscription === undefined) this.#parts.settler.dropped(entry.id);
      else this.#acceptOne(entry, subscription);
    }
  }

  #acceptOne(entry: OutboxEntry, subscription: Subscription): void {
    const queue = this.#queueOf(subscription);
    if (queue.held.has(entry.id) || queue.lastTaken.has(entry.id)) return;
    const isFull =
      queue.held.size >= this.#parts.settings.queueLength || this.#total >= this.#parts.settings.totalLength;
    if (isFull || queue.behind.size > 0) {
      queue.refused++;
      queue.behind.set(keyOf(subscription), subscription);
      return;
    }
    this.#hold(queue, { ...entry, attempts: 0 }, subscription);
  }

  /** The outbox holds something for these that nobody was told of. */
  resume(subscriptions: readonly SubscriptionKey[]): void {
    for (const key of subscriptions) this.#fallBehind(key);
    for (const queue of this.#queues.values()) if (queue.behind.size > 0) this.#readBack(queue);
  }

  endpoints(): EndpointState[] {
    return [...this.#queues].map(([endpoint, queue]) => queue.state(endpoint));
  }

  endpointOf(tenant: string, id: string): EndpointState | undefined {
    const subscription = this.#parts.subscriptions.get(tenant, id);
    if (subscription === undefined) return undefined;
    const { endpoint } = placeOf(subscription);
    return this.#queues.get(endpoint)?.state(endpoint) ?? { endpoint, circuit: 'closed', failures: 0, waiting: 0 };
  }

  /** What is left then is there for the next run, or for another process once this one has left. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#sweep);
    this.#turns.close();
    await Promise.race([
      Promise.all([...this.#queues.values()].map((queue) => queue.close())),
      pause(this.#parts.settings.graceMs, undefined, { ref: false }),
    ]);
    await this.#sweeping;
  }

  #queueOf(subscription: Subscription): EndpointQueue {
    const { endpoint: key } = placeOf(subscription);
    let queue = this.#queues.get(key);
    if (queue === undefined) {
      queue = new EndpointQueue(this.#parts.settings, (held, isTrial) => this.#send(held, isTrial), {
        onSpace: (spacious) => {
          this.#total--;
          this.#readOn(spacious);
        },
        onFailing: (error) => this.#parts.log.warn({ endpoint: key, error }, 'An endpoint takes no notifications'),
        onRecovered: () => this.#parts.log.info({ endpoint: key }, 'An endpoint takes notifications again'),
      });
      this.#queues.set(key, queue);
    }
    return queue;
  }

  #hold(queue: EndpointQueue, row: OwedRow, subscription: Subscription): void {
    const owed = row.payload as Owed; // the outbox holds nothing else
    const at = Date.parse(owed.at);
    // What was admitted once stays so, however late it comes.
    const wasAdmitted = subscription.asksLinked || row.attempts > 0 || row.replayedAt !== undefined;
    if (!wasAdmitted && !this.#parts.subscriptions.admits(subscription, at)) {
      this.#parts.settler.dropped(row.id);
      return;
    }
    this.#total++;
    const held: Held = {
      entryId: row.id,
      tenant: row.tenant,
      id: row.subscriptionId,
      entityId: row.entityId,
      version: row.version,
      owed,
      since: row.replayedAt?.getTime() ?? at,
      attempts: row.attempts,
      awaitsTurn: this.#parts.peers.areThere,
    };
    queue.add(held);
    if (held.awaitsTurn) this.#turns.await(held.entryId, () => queue.turn(held));
  }

  #fallBehind(key: SubscriptionKey): void {
    const subscription = this.#parts.subscriptions.get(key.tenant, key.id);
    if (subscription !== undefined) this.#queueOf(subscription).behind.set(keyOf(key), key);
    else this.#dropAll(key);
  }

  /** What is owed to a subscription that is no more. */
  #dropAll(key: SubscriptionKey): void {
    this.#parts.outbox.take([key], [...this.#parts.settler.unsettled()], this.#parts.settings.queueLength).then(
      (rows) => {
        for (const { id } of rows) this.#parts.settler.dropped(id);
      },
      (error) => this.#parts.log.error({ error }, 'The outbox could not be read'),
    );
  }

  /** Reads on in the outbox, as far as there is room; when nothing is left there, memory suffices again. */
  #readBack(queue: EndpointQueue): void {
    if (queue.isReading || this.#isClosed) return;
    const free = Math.min(
      this.#parts.settings.queueLength - queue.held.size,
      this.#parts.settings.totalLength - this.#total,
    );
    // What all of them wait for may be among what has no room.
    const room = queue.isStuck ? Math.max(free, ROOM_WHEN_STUCK) : free;
    if (room <= 0) return;
    queue.isReading = true;
    const refused = queue.refused;
    // What was sent stands in the outbox until that is written down.
    const known = [...queue.held.keys(), ...this.#parts.settler.unsettled()];
    this.#parts.outbox.take([...queue.behind.values()], known, room).then(
      (rows) => {
        queue.isReading = false;
        this.#takeIn(queue, rows, rows.length < room && queue.refused === refused);
        this.#readOn(queue);
      },
      (error) => {
        queue.isReading = false; // the next sweep reads again
        this.#parts.log.error({ error }, 'The outbox could not be read');
      },
    );
  }

  #readOn(queue: EndpointQueue): void {
    if (queue.behind.size > 0 && queue.held.size <= this.#parts.settings.queueLength / 2) this.#readBack(queue);
  }

  #takeIn(queue: EndpointQueue, rows: readonly OwedRow[], isAll: boolean): void {
    queue.lastTaken = new Set(rows.map(({ id }) => id));
    if (isAll) queue.behind.clear();
    for (const row of rows) {
      const subscription = this.#parts.subscriptions.get(row.tenant, row.subscriptionId);
      if (subscription === undefined) this.#parts.settler.dropped(row.id);
      else this.#hold(queue, row, subscription);
    }
  }

  /** Takes over what dead processes were to send, and reads again what could not be read. */
  async #sweepUp(): Promise<void> {
    const { outbox, peers, log } = this.#parts;
    try {
      for (const [key, queue] of this.#queues) if (queue.isIdle) this.#queues.delete(key);
      const taken = await peers.takeOver();
      if (taken.length > 0) {
        for (const subscription of await outbox.owedBy(taken)) this.#fallBehind(subscription);
        log.info({ processes: taken }, 'Notifications of processes that ended were taken over');
      }
      for (const queue of this.#queues.values()) if (queue.behind.size > 0) this.#readBack(queue);
    } catch (error) {
      log.error({ error }, 'The outbox could not be swept');
    }
  }

  async #send(held: Held, isTrial: boolean): Promise<Sent> {
    const { subscriptions, settings, settler } = this.#parts;
    const subscription = subscriptions.get(held.tenant, held.id);
    if (subscription === undefined || subscriptionStatus(subscription, Date.now()) !== 'active') {
      settler.dropped(held.entryId);
      return DROPPED;
    }
    const isOld = Date.now() - held.since > settings.longestAgeMs;
    if (isOld && (isTrial || held.attempts > 0)) {
      settler.died(attemptOf(held, 0, held.lastError ?? 'Never tried: the endpoint was down'), held, false);
      return DROPPED;
    }
    const { endpoint } = subscription.notification;
    let attempt: Attempt;
    try {
      const isWhole = subscription.owner === undefined || tellsOfSources(held.owed);
      const owed = isWhole ? held.owed : subscriptions.visible(subscription, held.owed as OwedNotification); // no sources
      const message =
        owed && (this.#messageAtOnce(held, subscription, owed) ?? (await this.#message(held, subscription, owed)));
      if (!message) {
        settler.dropped(held.entryId);
        return DROPPED;
      }
      const timeoutMs = endpoint.timeoutMs ?? settings.timeoutMs;
      const id = `urn:ngsi-ld:Notification:${held.entryId}`;
      attempt = await this.#parts.notifiers.send(id, placeOf(subscription).url, message, endpoint, timeoutMs);
    } catch (error) {
      attempt = { ok: false, error: String(error), endpointDown: false };
    }
    if (attempt.ok) {
      settler.delivered(held.entryId, held, isCounted(held));
      return DELIVERED;
    }
    return this.#failed(held, attempt.error, attempt.endpointDown, isOld, endpoint.cooldownMs ?? 0);
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

  /** Where nobody need be asked: nearly always, and without a promise for each step. Undefined also where nothing is told. */
  #messageAtOnce(held: Held, subscription: Subscription, owed: Owed): NotificationMessage | undefined {
    const { asksLinked, throttlingMs, jsonldContext, notification } = subscription;
    if (asksLinked || throttlingMs !== undefined || notification.join !== undefined || tellsOfSources(owed))
      return undefined;
    const context = this.#parts.contexts.cached(jsonldContext);
    return context && buildNotification(held.entryId, owed, subscription, context);
  }

  /** Undefined where nothing is to be told after all. */
  async #message(held: Held, subscription: Subscription, owed: Owed): Promise<NotificationMessage | undefined> {
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

interface Place {
  readonly url: URL;
  readonly endpoint: string;
}

const places = new WeakMap<Subscription, Place>();

/** Where a subscription's notifications go, found out once. */
function placeOf(subscription: Subscription): Place {
  let place = places.get(subscription);
  if (place === undefined) {
    const url = new URL(subscription.notification.endpoint.uri);
    place = { url, endpoint: endpointOf(url) };
    places.set(subscription, place);
  }
  return place;
}

/** What shares a queue: an endpoint without its query and credentials. */
export function endpointOf({ protocol, host, pathname }: URL): string {
  return `${protocol}//${host}${pathname}`;
}

function attemptOf(held: Held, pause: number, error: string) {
  return { id: held.entryId, attempts: held.attempts, nextAttemptAt: new Date(Date.now() + pause), error };
}

/** 5.11.7: a notification of registrations is sent once, however often it is tried. */
function isCounted({ owed, attempts }: Held): boolean {
  return attempts === 0 || !tellsOfSources(owed);
}

function keyOf({ tenant, id }: SubscriptionKey): string {
  return `${tenant} ${id}`;
}
