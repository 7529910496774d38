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
  /** Its request has not ended, or another process may be yet to send an earlier one of the same entity. */
  awaitsTurn: boolean;
}

/** What became of one attempt to send. */
export type Sent =
  /** Delivered, or given up; `answered` by the endpoint or not even sent. */
  | { readonly end: 'done'; readonly answered: boolean }
  /** To be tried again: this one alone, or, when the endpoint is down, all of them after a pause. */
  | { readonly end: 'again'; readonly endpointDown: boolean; readonly leastPauseMs: number; readonly error: string };

/** Who hears of a queue. */
interface QueueWatcher {
  /** A notification has left. */
  onSpace(queue: EndpointQueue): void;
  /** The first failure after a success. */
  onFailing(error: string): void;
  /** The first success after a failure. */
  onRecovered(): void;
}

/**
 * Sends what one request owes, of each entity one, as one notification. `isTrial`: the endpoint failed last time. `done` is
 * called once, maybe at once; never throws.
 */
export type Send = (together: Together, isTrial: boolean, done: (sent: Sent) => void) => void;

/** One at least. */
export type Together = readonly [QueuedNotification, ...QueuedNotification[]];

/** More would make messages that receivers refuse. */
const MOST_TOGETHER = 1000;

/** The notifications of one entity to one subscription, in order; the first is the next to go. */
interface EntityLine {
  readonly key: string;
  readonly waiting: QueuedNotification[];
  /**
   * `heldBack`: its first awaits its turn. `parked`: it goes together with others of its request, which have something
   * earlier to send. `pausing`: its first is tried again after a pause.
   */
  state: 'ready' | 'heldBack' | 'parked' | 'underWay' | 'pausing' | 'gone';
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
  /**
   * Until then (as `performance.now` tells) the outbox may get entries that this process made and does not know of. All are read
   * from there meanwhile: so they are sent in their order, whenever one shows.
   */
  doubtedUntil = 0;
  /** How many were left in the outbox so far. */
  refused = 0;
  isReading = false;

  readonly queued = new Map<string, QueuedNotification>();
  readonly #settings: DeliverySettings;
  readonly #send: Send;
  readonly #watcher: QueueWatcher;
  readonly #lines = new Map<string, EntityLine>();
  /** By subscription and request: the lines that hold something of it. */
  readonly #requests = new Map<string, Set<EntityLine>>();
  readonly #parked = new Set<EntityLine>();
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

  get isInDoubt(): boolean {
    return performance.now() < this.doubtedUntil;
  }

  /** Whether all that is held awaits its turn. */
  get isStuck(): boolean {
    if (this.queued.size === 0 || this.#underWay > 0) return false;
    for (const { state } of this.#lines.values()) if (state !== 'heldBack') return false;
    return true;
  }

  add(queued: QueuedNotification): void {
    this.queued.set(queued.entryId, queued);
    const key = `${queued.tenant} ${queued.id} ${queued.entityId}`;
    const line = this.#lines.get(key);
    if (line !== undefined) {
      insertInOrder(line.waiting, queued);
      this.#noteRequest(queued, line);
      if (line.waiting[0] === queued && !queued.awaitsTurn) this.turn(queued);
      return;
    }
    const newLine: EntityLine = { key, waiting: [queued], state: 'ready' };
    this.#lines.set(key, newLine);
    this.#noteRequest(queued, newLine);
    if (this.#mayTryDuringPause(queued)) this.#start(newLine);
    else this.#ready.push(newLine);
    this.#pump();
  }

  /** The entry need wait no longer: neither for other processes nor for the end of its request. */
  turn(queued: QueuedNotification): void {
    queued.awaitsTurn = false;
    const line = this.#lines.get(`${queued.tenant} ${queued.id} ${queued.entityId}`);
    if (line === undefined || line.state !== 'heldBack' || line.waiting[0] !== queued) return;
    this.#makeReady(line);
    // Others of the request get their turn in this same moment, and are told together.
    if (queued.owed.request === undefined) this.#pump();
    else queueMicrotask(() => this.#pump());
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
        if (line.state !== 'ready') continue; // it went together with another
        const first = line.waiting[0] as QueuedNotification; // a line that waits is never empty
        if (first.awaitsTurn) this.#setAside(line, 'heldBack');
        else if (this.#waitsForOthers(first)) {
          line.state = 'parked';
          this.#parked.add(line);
        } else this.#start(line);
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
    const lines = queued.owed.request === undefined ? [line] : this.#linesTogether(line, queued);
    for (const each of lines) {
      if (each.state === 'parked') this.#parked.delete(each);
      each.state = 'underWay';
    }
    const together = lines.map(({ waiting }) => waiting[0]) as [QueuedNotification, ...QueuedNotification[]];
    this.#underWay++;
    this.#send(together, this.#failures > 0, (sent) => this.#sent(lines, together, sent));
  }

  /**
   * Whether others of its request are yet to come to the front of their lines. Of requests it waits for earlier ones alone, so
   * that no two wait for each other; not for what the endpoint refused, nor for other processes.
   */
  #waitsForOthers(queued: QueuedNotification): boolean {
    const { request } = queued.owed;
    if (request === undefined) return false;
    for (const { waiting, state } of this.#requests.get(requestKey(queued)) ?? []) {
      const first = waiting[0] as QueuedNotification; // as above
      const other = first.owed.request;
      if (other === request || first.awaitsTurn || state === 'heldBack' || state === 'pausing') continue;
      if (other === undefined || other < request) return true;
    }
    return false;
  }

  /** Who waits for the line goes without it. */
  #setAside(line: EntityLine, state: 'heldBack' | 'pausing'): void {
    line.state = state;
    const parked = [...this.#parked];
    this.#parked.clear();
    for (const each of parked) this.#makeReady(each);
  }

  /** The line, and those whose next is of the same request. */
  #linesTogether(line: EntityLine, queued: QueuedNotification): EntityLine[] {
    const lines = [line];
    for (const other of this.#requests.get(requestKey(queued)) ?? []) {
      const first = other.waiting[0];
      const isFree = other.state === 'ready' || other.state === 'parked';
      if (other === line || !isFree || first?.owed.request !== queued.owed.request) continue;
      if (!first?.awaitsTurn) lines.push(other);
      if (lines.length === MOST_TOGETHER) break;
    }
    return lines;
  }

  #noteRequest(queued: QueuedNotification, line: EntityLine): void {
    if (queued.owed.request === undefined) return;
    const key = requestKey(queued);
    const lines = this.#requests.get(key);
    if (lines === undefined) this.#requests.set(key, new Set([line]));
    else lines.add(line);
  }

  #forgetRequest(queued: QueuedNotification, line: EntityLine): void {
    const { request } = queued.owed;
    if (request === undefined || line.waiting.some(({ owed }) => owed.request === request)) return;
    const key = requestKey(queued);
    const lines = this.#requests.get(key);
    if (lines?.delete(line) && lines.size === 0) this.#requests.delete(key);
  }

  #makeReady(line: EntityLine): void {
    line.state = 'ready';
    this.#ready.push(line);
  }

  /** So that a subscriber learns soon that the endpoint fails, however long its pause has grown. */
  #mayTryDuringPause({ tenant, id, awaitsTurn }: QueuedNotification): boolean {
    if (awaitsTurn || this.#isClosed || Date.now() >= this.#pausedUntil || this.#underWay > 0) return false;
    return !this.#tried.has(`${tenant} ${id}`);
  }

  #sent(lines: readonly EntityLine[], together: Together, sent: Sent): void {
    this.#underWay--;
    this.#watch(sent);
    if (sent.end === 'done') {
      if (sent.answered) {
        this.#failures = 0;
        this.#pausedUntil = 0;
        this.#tried.clear();
      }
      for (const [i, line] of lines.entries()) this.#leave(line, together[i] as QueuedNotification); // one of each line
    } else if (sent.endpointDown) this.#pauseAll(lines, sent.leastPauseMs);
    else {
      this.#failures = 0; // it answers
      for (const line of lines) this.#setAside(line, 'pausing');
      const pause = pauseMs(together[0].attempts, sent.leastPauseMs, this.#settings);
      this.#after(pause, () => {
        for (const line of lines) this.#makeReady(line);
      });
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
    this.#forgetRequest(queued, line);
    if (line.waiting.length > 0) this.#makeReady(line);
    else {
      line.state = 'gone';
      this.#lines.delete(line.key);
    }
    this.#watcher.onSpace(this);
  }

  #pauseAll(lines: readonly EntityLine[], leastPauseMs: number): void {
    for (const line of lines) line.state = 'ready';
    this.#ready.unshift(...lines);
    const first = lines[0]?.waiting[0] as QueuedNotification; // it was just tried
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

function requestKey({ tenant, id, owed }: QueuedNotification): string {
  return `${tenant} ${id} ${owed.request}`;
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
