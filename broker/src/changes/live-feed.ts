import type { EntityChange } from '../model/change.ts';
import type { NameCompactor } from '../model/names.ts';
import type { Format } from '../model/represent.ts';
import { eventText } from './feed-event.ts';
import { type FeedFilter, passes } from './feed-filter.ts';

export interface FeedView {
  readonly format: Format;
  readonly names: NameCompactor;
}

/** One who follows the feed. */
export interface Follower {
  readonly filter: FeedFilter;
  readonly view: FeedView;
  /** Takes text of an event stream. False: it can't keep up and is to be dropped. */
  write(text: string): boolean;
}

interface FeedEvent {
  /** Grows by one with each change, never used twice even by another run of the process. */
  readonly id: number;
  readonly change: EntityChange;
  /** Made once for all followers of the same view. */
  readonly texts: Map<NameCompactor, { [F in Format]?: string }>;
}

/** Changes kept for those who come back. */
const CAPACITY = 5000;

/** The changes of this process as they are committed, for pages that show them live. */
export class LiveFeed {
  readonly #events: FeedEvent[] = [];
  readonly #followers = new Set<Follower>();
  /** Place in `#events` of the oldest event, once it is full. */
  #oldest = 0;
  #lastId = Date.now() * 1000;
  readonly #firstId = this.#lastId + 1;
  #pending: FeedEvent[] = [];

  /** The id of the last change: whoever knows of it knows all. */
  get lastId(): number {
    return this.#lastId;
  }

  publish(changes: readonly EntityChange[]): void {
    for (const change of changes) {
      const event = { id: ++this.#lastId, change, texts: new Map() };
      if (this.#events.length < CAPACITY) this.#events.push(event);
      else {
        this.#events[this.#oldest] = event;
        this.#oldest = (this.#oldest + 1) % CAPACITY;
      }
      if (this.#followers.size === 0) continue;
      // What is committed in one turn of the event loop is written to each follower at once.
      if (this.#pending.length === 0) setImmediate(() => this.#tell());
      this.#pending.push(event);
    }
  }

  /**
   * Tells the follower of changes from now on. Resolves what it missed after `since`: the text of it, or undefined when
   * that isn't known any more.
   */
  follow(follower: Follower, since?: number): string | undefined {
    this.#tell();
    const missed = since === undefined ? '' : this.#textSince(since, follower);
    this.#followers.add(follower);
    return missed;
  }

  leave(follower: Follower): void {
    this.#followers.delete(follower);
  }

  #tell(): void {
    const events = this.#pending;
    if (events.length === 0) return;
    this.#pending = [];
    for (const follower of this.#followers) {
      let text = '';
      for (const event of events) if (passes(follower.filter, event.change)) text += textOf(event, follower.view);
      if (text !== '' && !follower.write(text)) this.#followers.delete(follower);
    }
  }

  #textSince(since: number, { filter, view }: Follower): string | undefined {
    const oldestId = this.#events[this.#oldest]?.id ?? this.#lastId + 1;
    if (!(since >= oldestId - 1 && since >= this.#firstId - 1 && since <= this.#lastId)) return undefined;
    let text = '';
    for (let id = since + 1; id <= this.#lastId; id++) {
      const event = this.#events[(this.#oldest + id - oldestId) % CAPACITY] as FeedEvent; // within its bounds
      if (passes(filter, event.change)) text += textOf(event, view);
    }
    return text;
  }
}

function textOf(event: FeedEvent, { format, names }: FeedView): string {
  let texts = event.texts.get(names);
  if (texts === undefined) {
    texts = {};
    event.texts.set(names, texts);
  }
  texts[format] ??= eventText(event.id, event.change, names, format);
  return texts[format];
}
