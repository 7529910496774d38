import type { Pending } from '../../model/pending-notification.ts';
import type { SubscriptionKey } from '../outbox/outbox.ts';
import { type DeliverySettings, pauseMs } from '../settings.ts';
import type { EndpointState } from './endpoint-state.ts';

/** A notification in memory, waiting or in progress. */
export interface QueuedNotification extends SubscriptionKey {
  /** The id of the outbox entry. */
  readonly entryId: string;
  readonly entityId: string;
  /** The version of the entity after the change. */
  readonly version: number;
  readonly pending: Pending;
  /** The start of its age, in milliseconds since 1970. */
  readonly since: number;
  attempts: number;
  lastError?: string;
  /**
   * It has to wait: its request has not ended, or another process may have an earlier notification of the same entity.
   */
  awaitsTurn: boolean;
}

/** The outcome of one attempt. */
export type Sent =
  /** Delivered or given up. `answered` is true if the endpoint answered, false if nothing was sent. */
  | { readonly end: 'done'; readonly answered: boolean }
  /** To be tried again: only this one, or, if the endpoint is down, all of them after a pause. */
  | { readonly end: 'again'; readonly endpointDown: boolean; readonly leastPauseMs: number; readonly error: string };

/** Callbacks of a queue. */
interface QueueWatcher {
  /** A notification has left the queue. */
  onSpace(queue: EndpointQueue): void;
  /** The first failure after a success. */
  onFailing(error: string): void;
  /** The first success after a failure. */
  onRecovered(): void;
}

/**
 * Sends notifications of one request, one for each entity, as a single notification. `isTrial`: the last attempt at the
 * endpoint failed. `done` is called once, possibly synchronously. Never throws.
 */
export type Send = (together: Together, isTrial: boolean, done: (sent: Sent) => void) => void;

/** At least one. */
export type Together = readonly [QueuedNotification, ...QueuedNotification[]];

/** Receivers would refuse larger messages. */
const MAX_TOGETHER = 1000;

/** The notifications of one entity to one subscription, in order. The first is the next to send. */
interface EntityLine {
  readonly key: string;
  readonly waiting: QueuedNotification[];
  /**
   * `heldBack`: its first must wait for its turn. `parked`: it waits to be sent with others of its request, which have
   * earlier notifications to send. `pausing`: its first is retried after a pause.
   */
  state: 'ready' | 'heldBack' | 'parked' | 'underWay' | 'pausing' | 'gone';
}

/**
 * The notifications of a tenant to one endpoint. One notification per entity is in progress at a time, so that order is kept; many
 * entities in parallel. When the endpoint fails, all wait, and after a growing pause a single one is tried. Other
 * endpoints are not affected, nor are other tenants: the endpoint may fail for one of them only, for example because it
 * stores what it receives on a node of a database, and that is away.
 */
export class EndpointQueue {
  /** Subscriptions with entries that are only in the outbox. All their later entries must wait there too. */
  readonly behind = new Map<string, SubscriptionKey>();
  /** The entries of the last read of the outbox, by which duplicates of commits are recognised. */
  lastTaken: ReadonlySet<string> = new Set();
  /**
   * Until this time (from `performance.now`) the outbox may receive entries of this process that it does not know of.
   * Meanwhile all entries are read from there, so that they are sent in order whenever they appear.
   */
  doubtedUntil = 0;
  /** The number of entries left in the outbox so far. */
  refused = 0;
  isReading = false;

  readonly queued = new Map<string, QueuedNotification>();
  readonly #settings: DeliverySettings;
  readonly #send: Send;
  readonly #watcher: QueueWatcher;
  readonly #lines = new Map<string, EntityLine>();
  /** By subscription and request: the lines with notifications of that request. */
  readonly #requests = new Map<string, Set<EntityLine>>();
  readonly #parked = new Set<EntityLine>();
  #ready: EntityLine[] = [];
  #underWay = 0;
  #failures = 0;
  #pausedUntil = 0;
  readonly #timers = new Set<NodeJS.Timeout>();
  #isFailing = false;
  #lastError: string | undefined;
  /**
   * Subscriptions tried since the endpoint began to fail. A new subscription is tried once before it has to wait too.
   */
  readonly #tried = new Set<string>();
  #isClosed = false;
  #isPumping = false;
  #whenIdle: (() => void) | undefined;

  constructor(settings: DeliverySettings, send: Send, watcher: QueueWatcher) {
    this.#settings = settings;
    this.#send = send;
    this.#watcher = watcher;
  }

  /** The state of its circuit breaker. */
  state(endpoint: string, tenant: string): EndpointState {
    const isPaused = Date.now() < this.#pausedUntil;
    return {
      endpoint,
      tenant,
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

  /** Whether all queued notifications must wait for their turn. */
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
    // While entries are added together, nothing starts.
    if (!this.#isPumping && this.#mayTryDuringPause(queued)) this.#start(newLine);
    else this.#ready.push(newLine);
    this.#pump();
  }

  /**
   * Sends nothing until `add` has added all entries that were read from the outbox. So what was sent together before a
   * restart is sent together again, with the same id.
   */
  addTogether(add: () => void): void {
    const before = this.#ready.length;
    this.#isPumping = true;
    try {
      add();
    } finally {
      this.#isPumping = false;
      for (const line of this.#ready.slice(before)) {
        const [first] = line.waiting;
        if (first !== undefined && line.state === 'ready' && this.#mayTryDuringPause(first)) this.#start(line);
      }
      this.#pump();
    }
  }

  /** Releases an entry that waited for other processes or for the end of its request. */
  turn(queued: QueuedNotification): void {
    queued.awaitsTurn = false;
    const line = this.#lines.get(`${queued.tenant} ${queued.id} ${queued.entityId}`);
    if (line === undefined || line.state !== 'heldBack' || line.waiting[0] !== queued) return;
    this.#makeReady(line);
    // Other entries of the request are released at the same moment and are sent together.
    if (queued.pending.request === undefined) this.#pump();
    else queueMicrotask(() => this.#pump());
  }

  /** Stops sending. Resolves when nothing is in progress. */
  close(): Promise<void> {
    this.#isClosed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    if (this.#underWay === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenIdle = resolve;
    });
  }

  #pump(): void {
    // A notification that ends synchronously is followed by the next one in the loop that started it.
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      while (this.#ready.length > 0 && this.#mayStart) {
        const line = this.#ready.shift() as EntityLine; // not empty
        if (line.state !== 'ready') continue; // sent together with another line
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
    const lines = queued.pending.request === undefined ? [line] : this.#linesTogether(line, queued);
    for (const each of lines) {
      if (each.state === 'parked') this.#parked.delete(each);
      each.state = 'underWay';
    }
    const together = lines.map(({ waiting }) => waiting[0]) as [QueuedNotification, ...QueuedNotification[]];
    this.#underWay++;
    this.#send(together, this.#failures > 0, (sent) => this.#sent(lines, together, sent));
  }

  /**
   * Whether others of its request have not reached the front of their lines. A request waits only for earlier ones, so
   * that no two wait for each other, and neither for refused notifications nor for other processes.
   */
  #waitsForOthers(queued: QueuedNotification): boolean {
    const { request } = queued.pending;
    if (request === undefined) return false;
    for (const { waiting, state } of this.#requests.get(requestKey(queued)) ?? []) {
      const first = waiting[0] as QueuedNotification; // see above
      const other = first.pending.request;
      if (other === request || first.awaitsTurn || state === 'heldBack' || state === 'pausing') continue;
      if (other === undefined || other < request) return true;
    }
    return false;
  }

  /** Others that wait for the line are sent without it. */
  #setAside(line: EntityLine, state: 'heldBack' | 'pausing'): void {
    line.state = state;
    const parked = [...this.#parked];
    this.#parked.clear();
    for (const each of parked) this.#makeReady(each);
  }

  /** The line, and those whose next notification belongs to the same request. */
  #linesTogether(line: EntityLine, queued: QueuedNotification): EntityLine[] {
    const lines = [line];
    for (const other of this.#requests.get(requestKey(queued)) ?? []) {
      const first = other.waiting[0];
      const isFree = other.state === 'ready' || other.state === 'parked';
      if (other === line || !isFree || first?.pending.request !== queued.pending.request) continue;
      if (!first?.awaitsTurn) lines.push(other);
      if (lines.length === MAX_TOGETHER) break;
    }
    return lines;
  }

  #noteRequest(queued: QueuedNotification, line: EntityLine): void {
    if (queued.pending.request === undefined) return;
    const key = requestKey(queued);
    const lines = this.#requests.get(key);
    if (lines === undefined) this.#requests.set(key, new Set([line]));
    else lines.add(line);
  }

  #forgetRequest(queued: QueuedNotification, line: EntityLine): void {
    const { request } = queued.pending;
    if (request === undefined || line.waiting.some(({ pending }) => pending.request === request)) return;
    const key = requestKey(queued);
    const lines = this.#requests.get(key);
    if (lines?.delete(line) && lines.size === 0) this.#requests.delete(key);
  }

  #makeReady(line: EntityLine): void {
    line.state = 'ready';
    this.#ready.push(line);
  }

  /** Lets a new subscriber learn soon that its endpoint fails, even during a long pause. */
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
      lines.forEach((line, i) => {
        this.#leave(line, together[i] as QueuedNotification); // one of each line
      });
    } else if (sent.endpointDown) this.#pauseAll(lines, sent.leastPauseMs);
    else {
      this.#failures = 0; // the endpoint answers
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
    // An older entry may have been read back meanwhile and precede it.
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
    const first = lines[0]?.waiting[0] as QueuedNotification; // the one just tried
    this.#tried.add(`${first.tenant} ${first.id}`);
    // Attempts that were in progress when the pause began add no information.
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

function requestKey({ tenant, id, pending }: QueuedNotification): string {
  return `${tenant} ${id} ${pending.request}`;
}

/** Nearly always appends. */
function insertInOrder(waiting: QueuedNotification[], queued: QueuedNotification): void {
  let place = waiting.length;
  while (place > 0 && isLater(waiting[place - 1] as QueuedNotification, queued)) place--;
  waiting.splice(place, 0, queued);
}

/** Compares by the entity's version, then by id, because clocks of processes differ. */
function isLater(one: QueuedNotification, other: QueuedNotification): boolean {
  return one.version === other.version ? one.entryId > other.entryId : one.version > other.version;
}
