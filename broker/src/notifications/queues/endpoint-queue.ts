import { PassingMap } from '../../collections/passing-map.ts';
import type { Owed } from '../../model/owed-notification.ts';
import type { SubscriptionKey } from '../outbox/outbox.ts';
import { type DeliverySettings, pauseMs } from '../settings.ts';
import type { EndpointState } from './endpoint-state.ts';

/** A notification in memory, waiting or being sent. */
export interface QueuedNotification extends SubscriptionKey {
  /** Of the outbox entry. */
  readonly entryId: string;
  readonly entityId: string;
  /** Of the entity after the change. */
  readonly version: number;
  readonly owed: Owed;
  /** Its age counts from then, in milliseconds since 1970. */
  readonly since: number;
  attempts: number;
  lastError?: string;
  /** Another process may be yet to send an earlier one of the same entity. */
  awaitsTurn: boolean;
}

/** What became of one attempt to send. */
export type Sent =
  /** Delivered, or given up; `answered` by the endpoint or not even sent. */
  | { readonly end: 'done'; readonly answered: boolean }
  /** To be tried again: this one alone, or, when the endpoint is down, all of them after a pause. */
  | { readonly end: 'again'; readonly endpointDown: boolean; readonly leastPauseMs: number; readonly error: string };

/** Who hears of a queue. */
export interface QueueWatcher {
  /** A notification has left. */
  onSpace(queue: EndpointQueue): void;
  /** The first failure after a success. */
  onFailing(error: string): void;
  /** The first success after a failure. */
  onRecovered(): void;
}

/** Sends one notification. `isTrial`: the endpoint failed last time. `done` is called once, maybe at once; never throws. */
export type Send = (queued: QueuedNotification, isTrial: boolean, done: (sent: Sent) => void) => void;

/** The notifications of one entity to one subscription, in order; the first is the next to go. */
interface EntityLine {
  readonly key: string;
  readonly waiting: QueuedNotification[];
  /** Its first awaits its turn: it is neither ready nor under way. */
  isHeldBack: boolean;
}

/**
 * What is owed to one endpoint. Of an entity one notification is under way at a time, so order is kept; of several
 * entities many. When the endpoint fails, all wait, and after a growing pause a single one tries again: nobody else's
 * endpoint notices.
 */
export class EndpointQueue {
  /** Entries of these subscriptions are in the outbox and not here: all later ones must wait there too. */
  readonly behind = new Map<string, SubscriptionKey>();
  /** Of the last reading of the outbox: what is committed twice over is known by it. */
  lastTaken: ReadonlySet<string> = new Set();
  /** How many were left in the outbox so far. */
  refused = 0;
  isReading = false;

  readonly queued = new PassingMap<string, QueuedNotification>();
  readonly #settings: DeliverySettings;
  readonly #send: Send;
  readonly #watcher: QueueWatcher;
  readonly #lines = new PassingMap<string, EntityLine>();
  #ready: EntityLine[] = [];
  #underWay = 0;
  #failures = 0;
  #pausedUntil = 0;
  readonly #timers = new Set<NodeJS.Timeout>();
  #isFailing = false;
  #lastError: string | undefined;
  /** Subscriptions with an attempt since the endpoint began to fail: a new one is tried once before it waits as well. */
  readonly #tried = new Set<string>();
  #isClosed = false;
  #isPumping = false;
  #whenIdle: (() => void) | undefined;

  constructor(settings: DeliverySettings, send: Send, watcher: QueueWatcher) {
    this.#settings = settings;
    this.#send = send;
    this.#watcher = watcher;
  }

  /** Its circuit breaker. */
  state(endpoint: string): EndpointState {
    const isPaused = Date.now() < this.#pausedUntil;
    return {
      endpoint,
      circuit: isPaused ? 'open' : this.#failures > 0 ? 'half-open' : 'closed',
      failures: this.#failures,
      ...(isPaused && { retryAt: new Date(this.#pausedUntil).toISOString() }),
      ...(this.#lastError !== undefined && { lastError: this.#lastError }),
      waiting: this.queued.size,
    };
  }

  get isIdle(): boolean {
    return this.queued.size === 0 && this.behind.size === 0;
  }

  /** Whether all that is held awaits its turn. */
  get isStuck(): boolean {
    if (this.queued.size === 0 || this.#underWay > 0) return false;
    for (const { isHeldBack } of this.#lines.values()) if (!isHeldBack) return false;
    return true;
  }

  add(queued: QueuedNotification): void {
    this.queued.set(queued.entryId, queued);
    const key = `${queued.tenant} ${queued.id} ${queued.entityId}`;
    const line = this.#lines.get(key);
    if (line !== undefined) {
      insertInOrder(line.waiting, queued);
      if (line.waiting[0] === queued && !queued.awaitsTurn) this.turn(queued);
      return;
    }
    const newLine = { key, waiting: [queued], isHeldBack: false };
    this.#lines.set(key, newLine);
    if (this.#mayTryDuringPause(queued)) this.#start(newLine);
    else this.#ready.push(newLine);
    this.#pump();
  }

  /** The entry need no longer wait for other processes. */
  turn(queued: QueuedNotification): void {
    queued.awaitsTurn = false;
    const line = this.#lines.get(`${queued.tenant} ${queued.id} ${queued.entityId}`);
    if (line === undefined || !line.isHeldBack || line.waiting[0] !== queued) return;
    line.isHeldBack = false;
    this.#ready.push(line);
    this.#pump();
  }

  /** Sends no more. Resolves when nothing is under way. */
  close(): Promise<void> {
    this.#isClosed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    if (this.#underWay === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenIdle = resolve;
    });
  }

  #pump(): void {
    // What ends at once is followed by the next from the loop that started it.
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      while (this.#ready.length > 0 && this.#mayStart) {
        const line = this.#ready.shift() as EntityLine; // there is one
        if (line.waiting[0]?.awaitsTurn) line.isHeldBack = true;
        else this.#start(line);
      }
    } finally {
      this.#isPumping = false;
    }
  }

  get #mayStart(): boolean {
    if (this.#isClosed || this.#underWay >= (this.#failures > 0 ? 1 : this.#settings.concurrency)) return false;
    return this.#pausedUntil === 0 || Date.now() >= this.#pausedUntil;
  }

  #start(line: EntityLine): void {
    const queued = line.waiting[0] as QueuedNotification; // a line that waits is never empty
    this.#underWay++;
    this.#send(queued, this.#failures > 0, (sent) => this.#sent(line, queued, sent));
  }

  /** So that a subscriber learns soon that the endpoint fails, however long its pause has grown. */
  #mayTryDuringPause({ tenant, id, awaitsTurn }: QueuedNotification): boolean {
    if (awaitsTurn || this.#isClosed || Date.now() >= this.#pausedUntil || this.#underWay > 0) return false;
    return !this.#tried.has(`${tenant} ${id}`);
  }

  #sent(line: EntityLine, queued: QueuedNotification, sent: Sent): void {
    this.#underWay--;
    this.#watch(sent);
    if (sent.end === 'done') {
      if (sent.answered) {
        this.#failures = 0;
        this.#pausedUntil = 0;
        this.#tried.clear();
      }
      this.#leave(line, queued);
    } else if (sent.endpointDown) this.#pauseAll(line, sent.leastPauseMs);
    else {
      this.#failures = 0; // it answers
      const pause = pauseMs(queued.attempts, sent.leastPauseMs, this.#settings);
      this.#after(pause, () => this.#ready.push(line));
    }
    if (this.#isClosed && this.#underWay === 0) this.#whenIdle?.();
    this.#pump();
  }

  #watch(sent: Sent): void {
    if (sent.end === 'again') this.#lastError = sent.error;
    else if (sent.answered) this.#lastError = undefined;
    if (sent.end === 'again' && !this.#isFailing) {
      this.#isFailing = true;
      this.#watcher.onFailing(sent.error);
    } else if (sent.end === 'done' && sent.answered && this.#isFailing) {
      this.#isFailing = false;
      this.#watcher.onRecovered();
    }
  }

  #leave(line: EntityLine, queued: QueuedNotification): void {
    // An older one, read back meanwhile, may stand before it.
    const place = line.waiting.indexOf(queued);
    line.waiting.splice(place, 1);
    this.queued.delete(queued.entryId);
    if (line.waiting.length > 0) this.#ready.push(line);
    else this.#lines.delete(line.key);
    this.#watcher.onSpace(this);
  }

  #pauseAll(line: EntityLine, leastPauseMs: number): void {
    this.#ready.unshift(line);
    const first = line.waiting[0] as QueuedNotification; // it was just tried
    this.#tried.add(`${first.tenant} ${first.id}`);
    // Those that were under way when the pause began tell nothing new.
    if (Date.now() < this.#pausedUntil) return;
    this.#failures++;
    const pause = pauseMs(this.#failures, leastPauseMs, this.#settings);
    this.#pausedUntil = Date.now() + pause;
    this.#after(pause, () => {
      this.#pausedUntil = 0;
    });
  }

  #after(pause: number, then: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      then();
      this.#pump();
    }, pause);
    this.#timers.add(timer);
  }
}

/** Nearly always at the end. */
function insertInOrder(waiting: QueuedNotification[], queued: QueuedNotification): void {
  let place = waiting.length;
  while (place > 0 && isLater(waiting[place - 1] as QueuedNotification, queued)) place--;
  waiting.splice(place, 0, queued);
}

/** By the entity's version, and of one version by id: clocks of processes differ. */
function isLater(one: QueuedNotification, other: QueuedNotification): boolean {
  return one.version === other.version ? one.entryId > other.entryId : one.version > other.version;
}
