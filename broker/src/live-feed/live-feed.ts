import type { EntityChange } from '../model/change.ts';
import type { Entity } from '../model/entity.ts';
import type { NameCompactor } from '../model/names.ts';
import type { Format } from '../model/represent/represent.ts';
import { type BroadcastChange, broadcastOf, changeOfBroadcast } from './broadcast-change.ts';
import { eventText, marker } from './feed-event.ts';
import { type FeedFilter, passes } from './feed-filter.ts';

interface FeedView {
  readonly format: Format;
  readonly names: NameCompactor;
}

/** One who follows the feed. */
export interface Follower {
  readonly filter: FeedFilter;
  readonly view: FeedView;
  /** What of a change it may see, found out anew each time; absent: everything. */
  readonly sees?: (change: EntityChange) => EntityChange | undefined;
  /** Takes text of an event stream. False: it can't keep up and is to be dropped. */
  write(text: string): boolean;
}

interface FeedEvent {
  /** Microseconds since 1970, greater with each change that comes to this process. */
  readonly id: number;
  /** Undefined until the entity is read, and when it is gone since. */
  change: EntityChange | undefined;
  /** Of a change that another process made, or that all have been told of, until the entity is read. */
  news: BroadcastChange | undefined;
  /** Made once for all followers of the same view. */
  texts: Map<NameCompactor, { [F in Format]?: string }> | undefined;
}

/** The entities of these keys as they are now, by place. */
type ReadEntities = (
  keys: readonly { readonly tenant: string; readonly id: string }[],
) => Promise<ReadonlyMap<number, { readonly entity: Entity }>>;

/** Changes kept for those who come back. */
const CAPACITY = 5000;
/** So often what was missed is read, as other processes go on writing; then who comes back must ask anew. */
const MOST_READS = 20;
/** Another process may have come to know of changes by so much earlier or later. */
const OVERLAP_US = 2_000_000;

/** The changes on the database as they are committed, by this process or another, for pages that show them live. */
export class LiveFeed {
  readonly #read: ReadEntities;
  /** Tells ids of this process from those of others. */
  readonly #tag = String(1000 + Math.floor(Math.random() * 9000));
  readonly #followers = new Map<Follower, number>();
  #events: FeedEvent[] = [];
  #lastId = Date.now() * 1000;
  /** All that came after it is in `#events`. */
  #completeFrom = this.#lastId;
  #pending: FeedEvent[] = [];
  #isTelling = false;
  /** How many are being told what they missed. Meanwhile changes are kept whole, or under load more would come than are read. */
  #joining = 0;

  constructor(read: ReadEntities) {
    this.#read = read;
  }

  /** The id of the last change: whoever knows of it knows all. */
  get lastId(): string {
    return this.#idText(this.#lastId);
  }

  /** Changes that this process has committed. */
  publish(changes: readonly EntityChange[]): void {
    for (const change of changes) this.#add(change, undefined);
  }

  /** Changes that another process has committed. */
  hear(news: readonly BroadcastChange[]): void {
    for (const one of news) this.#add(undefined, one);
  }

  /** Changes of others were missed: whoever follows must ask anew. */
  miss(): void {
    this.#completeFrom = this.#lastId;
    for (const follower of this.#followers.keys()) {
      if (!follower.write(marker('reset', this.lastId))) this.#followers.delete(follower);
    }
  }

  /**
   * Tells the follower of changes from now on. Resolves to what it missed after `since`, the id of any process: the text
   * of it, or undefined when that isn't known any more. After an id of another process some may be told twice.
   */
  async follow(follower: Follower, since?: string): Promise<string | undefined> {
    const after = since === undefined ? this.#lastId : this.#placeOf(since);
    let unread = this.#unread(follower, after);
    this.#joining++;
    for (let reads = 0; unread.length > 0 && reads < MOST_READS; reads++) {
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

  #add(change: EntityChange | undefined, news: BroadcastChange | undefined): void {
    this.#lastId = Math.max(this.#lastId + 1, Date.now() * 1000);
    const event = { id: this.#lastId, change, news, texts: undefined };
    this.#events.push(event);
    if (this.#events.length >= 2 * CAPACITY) {
      this.#completeFrom = Math.max(this.#completeFrom, this.#events[CAPACITY - 1]?.id ?? 0);
      this.#events = this.#events.slice(CAPACITY);
    }
    if (this.#followers.size === 0) {
      if (this.#joining === 0) shorten(event);
      return;
    }
    // What is committed in one turn of the event loop is written to each follower at once.
    if (this.#pending.length === 0) setImmediate(() => this.#tell());
    this.#pending.push(event);
  }

  /** In the order in which they came, so what is yet to be read holds up what comes after it. */
  async #tell(): Promise<void> {
    if (this.#isTelling) return;
    this.#isTelling = true;
    while (this.#pending.length > 0) {
      const events = this.#pending;
      this.#pending = [];
      const tenants = new Set([...this.#followers.keys()].map(({ filter }) => filter.tenant));
      const unread = events.filter(({ news }) => news !== undefined && tenants.has(news.tenant));
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
    const unread = events.filter(({ news }) => news !== undefined);
    const news = unread.map((event) => event.news as BroadcastChange); // filtered
    try {
      const entities = await this.#read(news);
      for (const [place, event] of unread.entries()) {
        if (event.news === undefined) continue; // read meanwhile
        event.change = changeOfBroadcast(event.news, entities.get(place)?.entity);
        event.news = undefined;
      }
    } catch {
      for (const event of events) event.news = undefined; // the database is away
      this.miss();
    }
  }

  #unread({ filter }: Follower, after: number): FeedEvent[] {
    if (!(after >= this.#completeFrom)) return [];
    return this.#after(after).filter(({ news }) => news?.tenant === filter.tenant);
  }

  /** Where in this process's order one stands who last saw this id; NaN: nowhere. */
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
      if (change === undefined || !passes(filter, change)) continue;
      // What is not the whole of it is for this one alone.
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
    texts[format] ??= eventText(this.#idText(event.id), event.change as EntityChange, names, format); // asked before
    return texts[format];
  }

  #idText(id: number): string {
    return `${id}.${this.#tag}`;
  }
}

/**
 * Of a change that has been told, who comes back is told as other processes are. The entities of the last 500 alone would live
 * through two collections of young objects, and be copied by each: measured, 8 KB for each entity that is created, without 1.4.
 */
function shorten(event: FeedEvent): void {
  if (event.change === undefined) return;
  event.news = broadcastOf(event.change);
  event.change = undefined;
  event.texts = undefined;
}
