import type { EntityChange } from '../model/change.ts';
import type { Entity } from '../model/entity.ts';
import type { NameCompactor } from '../model/names.ts';
import type { Format } from '../model/represent/represent.ts';
import { type BroadcastChange, broadcastOf, changeOfBroadcast } from './broadcast-change.ts';
import { eventText, marker } from './feed-event.ts';
import { type FeedFilter, matchesFilter } from './feed-filter.ts';

interface FeedView {
  readonly format: Format;
  readonly names: NameCompactor;
}

/** A client that follows the feed. */
export interface Follower {
  readonly filter: FeedFilter;
  readonly view: FeedView;
  /** The part of a change that it may see, evaluated for each change; absent: everything. */
  readonly sees?: (change: EntityChange) => EntityChange | undefined;
  /** Writes text to the event stream. False: the client can't keep up and must be disconnected. */
  write(text: string): boolean;
}

interface FeedEvent {
  /** Microseconds since 1970; increases with each change that reaches this process. */
  readonly id: number;
  /** Undefined until the entity has been read, and if it was deleted meanwhile. */
  change: EntityChange | undefined;
  /** Set for a change by another process, or one that has been sent to all, until the entity is read. */
  broadcast: BroadcastChange | undefined;
  /** Cached texts for all followers with the same view. */
  texts: Map<NameCompactor, { [F in Format]?: string }> | undefined;
}

/** Reads the current entities of these keys, by index. */
type ReadEntities = (
  keys: readonly { readonly tenant: string; readonly id: string }[],
) => Promise<ReadonlyMap<number, { readonly entity: Entity }>>;

/** The number of changes kept for returning followers. */
const CAPACITY = 5000;
/** How often missed changes are read while other processes keep writing. After that a follower must reload. */
const MAX_READS = 20;
/** The maximum difference in time between processes learning of a change. */
const OVERLAP_US = 2_000_000;

/** The committed changes on the database, by any process, as a live stream for pages. */
export class LiveFeed {
  readonly #read: ReadEntities;
  /** Distinguishes ids of this process from those of others. */
  readonly #tag = String(1000 + Math.floor(Math.random() * 9000));
  readonly #followers = new Map<Follower, number>();
  #events: FeedEvent[] = [];
  #lastId = Date.now() * 1000;
  /** `#events` contains everything after this id. */
  #completeFrom = this.#lastId;
  #pending: FeedEvent[] = [];
  #isTelling = false;
  /**
   * The number of followers that are catching up. Meanwhile changes are kept complete, because under load more would
   * arrive than are read.
   */
  #joining = 0;

  constructor(read: ReadEntities) {
    this.#read = read;
  }

  /** The id of the last change: a client that knows it is up to date. */
  get lastId(): string {
    return this.#idText(this.#lastId);
  }

  /** Changes committed by this process. */
  publish(changes: readonly EntityChange[]): void {
    for (const change of changes) this.#add(change, undefined);
  }

  /** Changes committed by another process. */
  receive(broadcasts: readonly BroadcastChange[]): void {
    for (const one of broadcasts) this.#add(undefined, one);
  }

  /** Changes of other processes were missed, so all followers must reload. */
  changesLost(): void {
    this.#completeFrom = this.#lastId;
    for (const follower of this.#followers.keys()) {
      if (!follower.write(marker('reset', this.lastId))) this.#followers.delete(follower);
    }
  }

  /**
   * Sends changes to the follower from now on. Returns the text of what it missed after `since`, an id of any process;
   * undefined if that is no longer available. After an id of another process some changes may be repeated.
   */
  async follow(follower: Follower, since?: string): Promise<string | undefined> {
    const after = since === undefined ? this.#lastId : this.#placeOf(since);
    let unread = this.#unread(follower, after);
    this.#joining++;
    for (let reads = 0; unread.length > 0 && reads < MAX_READS; reads++) {
      await this.#readAll(unread);
      unread = this.#unread(follower, after);
    }
    this.#joining--;
    this.#followers.set(follower, this.#lastId);
    const isKnown = after >= this.#completeFrom && unread.length === 0;
    return isKnown ? this.#textOf(this.#after(after), follower) : undefined;
  }

  leave(follower: Follower): void {
    this.#followers.delete(follower);
  }

  #add(change: EntityChange | undefined, broadcast: BroadcastChange | undefined): void {
    this.#lastId = Math.max(this.#lastId + 1, Date.now() * 1000);
    const event = { id: this.#lastId, change, broadcast, texts: undefined };
    this.#events.push(event);
    if (this.#events.length >= 2 * CAPACITY) {
      this.#completeFrom = Math.max(this.#completeFrom, this.#events[CAPACITY - 1]?.id ?? 0);
      this.#events = this.#events.slice(CAPACITY);
    }
    if (this.#followers.size === 0) {
      if (this.#joining === 0) shorten(event);
      return;
    }
    // All changes committed in one turn of the event loop are written to each follower at once.
    if (this.#pending.length === 0) setImmediate(() => this.#sendEvents());
    this.#pending.push(event);
  }

  /** In order of arrival, so an entity that is still being read delays what follows. */
  async #sendEvents(): Promise<void> {
    if (this.#isTelling) return;
    this.#isTelling = true;
    while (this.#pending.length > 0) {
      const events = this.#pending;
      this.#pending = [];
      const tenants = new Set([...this.#followers.keys()].map(({ filter }) => filter.tenant));
      const unread = events.filter(({ broadcast }) => broadcast !== undefined && tenants.has(broadcast.tenant));
      if (unread.length > 0) await this.#readAll(unread);
      for (const [follower, from] of this.#followers) {
        const text = this.#textOf(events, follower, from);
        if (text !== '' && !follower.write(text)) this.#followers.delete(follower);
      }
      if (this.#joining === 0) events.forEach(shorten);
    }
    this.#isTelling = false;
  }

  async #readAll(events: readonly FeedEvent[]): Promise<void> {
    const unread = events.filter(({ broadcast }) => broadcast !== undefined);
    const broadcasts = unread.map((event) => event.broadcast as BroadcastChange); // filtered above
    try {
      const entities = await this.#read(broadcasts);
      for (const [place, event] of unread.entries()) {
        if (event.broadcast === undefined) continue; // read meanwhile
        event.change = changeOfBroadcast(event.broadcast, entities.get(place)?.entity);
        event.broadcast = undefined;
      }
    } catch {
      for (const event of events) event.broadcast = undefined; // the database is unavailable
      this.changesLost();
    }
  }

  #unread({ filter }: Follower, after: number): FeedEvent[] {
    if (!(after >= this.#completeFrom)) return [];
    return this.#after(after).filter(({ broadcast }) => broadcast?.tenant === filter.tenant);
  }

  /** The position in this process's order that corresponds to the id; NaN: unknown. */
  #placeOf(since: string): number {
    const [, digits = '', tag] = /^(\d{1,16})(?:\.(\d{4}))?$/.exec(since) ?? [];
    if (digits === '' || Number(digits) > Math.max(this.#lastId, Date.now() * 1000 + OVERLAP_US)) return Number.NaN;
    return tag === this.#tag ? Number(digits) : Number(digits) - OVERLAP_US;
  }

  #after(id: number): FeedEvent[] {
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#events[middle] as FeedEvent).id <= id) low = middle + 1;
      else high = middle;
    }
    return this.#events.slice(low);
  }

  #textOf(events: readonly FeedEvent[], { filter, view, sees }: Follower, from = 0): string {
    let text = '';
    for (const event of events) {
      if (event.id <= from || event.change === undefined) continue;
      const change = sees === undefined ? event.change : sees(event.change);
      if (change === undefined || !matchesFilter(filter, change)) continue;
      // A partial change is only for this follower, so it is not cached.
      if (change === event.change) text += this.#text(event, view);
      else text += eventText(this.#idText(event.id), change, view.names, view.format);
    }
    return text;
  }

  #text(event: FeedEvent, { format, names }: FeedView): string {
    event.texts ??= new Map();
    let texts = event.texts.get(names);
    if (texts === undefined) {
      texts = {};
      event.texts.set(names, texts);
    }
    texts[format] ??= eventText(this.#idText(event.id), event.change as EntityChange, names, format); // checked above
    return texts[format];
  }

  #idText(id: number): string {
    return `${id}.${this.#tag}`;
  }
}

/**
 * Shortens a change that has been sent: returning followers get it like one of another process. Otherwise the entities
 * of the last changes would survive two collections of young objects and be copied by each. Measured: 8 KB for each
 * created entity, without this 1.4 instead.
 */
function shorten(event: FeedEvent): void {
  if (event.change === undefined) return;
  event.broadcast = broadcastOf(event.change);
  event.change = undefined;
  event.texts = undefined;
}
