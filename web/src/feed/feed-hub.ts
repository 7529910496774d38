import { EventSource as FetchingEventSource } from 'eventsource';
import type { FromPage, ToPage } from './feed-messages.ts';
import { type Connection, openLiveFeed } from './live-feed.ts';

interface Page {
  readonly port: MessagePort;
  /** By the page's numbers. */
  readonly feeds: Map<number, Feed>;
  /** Who waits for the page's token. */
  readonly waiting: Set<(token: string | undefined) => void>;
}

interface Follower {
  readonly page: Page;
  /** The page's number. */
  readonly feed: number;
}

interface Feed {
  readonly followers: Set<Follower>;
  connection: Connection;
  close(): void;
}

/** A page that is closing or frozen does not answer. */
const TOKEN_PATIENCE_MS = 5_000;

/**
 * The live feeds of all tabs: tabs that follow the same share one stream, as browsers allow few connections to a server.
 * Only tabs of the same reader share, with the token of one of them.
 */
export class FeedHub {
  readonly #feeds = new Map<string, Feed>();

  join(port: MessagePort): void {
    const page: Page = { port, feeds: new Map(), waiting: new Set() };
    port.onmessage = ({ data }: MessageEvent<FromPage>) => this.#hear(page, data);
  }

  #hear(page: Page, said: FromPage): void {
    if (said.kind === 'follow') this.#follow(page, said.feed, said.url, said.reader);
    else if (said.kind === 'leave') this.#leave(page, said.feed);
    else if (said.kind === 'close') for (const feed of [...page.feeds.keys()]) this.#leave(page, feed);
    else {
      for (const resolve of page.waiting) resolve(said.token);
      page.waiting.clear();
    }
  }

  #follow(page: Page, number: number, url: string, reader: string | undefined): void {
    const key = JSON.stringify([reader, url]);
    const follower = { page, feed: number };
    const feed = this.#feeds.get(key) ?? this.#open(key, url, reader !== undefined, follower);
    feed.followers.add(follower);
    page.feeds.set(number, feed);
    if (feed.connection === 'connecting') return;
    tell(page, { kind: 'connection', feed: number, connection: feed.connection });
    // What happened before it joined is not known to it.
    if (feed.connection === 'live') tell(page, { kind: 'gap', feed: number });
  }

  /** @param first is asked for its token at once */
  #open(key: string, url: string, hasReader: boolean, first: Follower): Feed {
    const followers = new Set([first]);
    const feed: Feed = { followers, connection: 'connecting', close: () => undefined };
    this.#feeds.set(key, feed);
    const close = openLiveFeed(
      url,
      {
        onConnection(connection) {
          feed.connection = connection;
          for (const { page, feed: number } of followers) tell(page, { kind: 'connection', feed: number, connection });
        },
        onGap() {
          for (const { page, feed: number } of followers) tell(page, { kind: 'gap', feed: number });
        },
        onEvent(event) {
          for (const { page, feed: number } of followers) tell(page, { kind: 'event', feed: number, event });
        },
      },
      hasReader ? (address) => this.#withToken(address, feed) : undefined,
    );
    feed.close = () => {
      close();
      this.#feeds.delete(key);
    };
    return feed;
  }

  #leave(page: Page, number: number): void {
    const feed = page.feeds.get(number);
    page.feeds.delete(number);
    if (feed === undefined) return;
    for (const follower of feed.followers) {
      if (follower.page === page && follower.feed === number) feed.followers.delete(follower);
    }
    if (feed.followers.size === 0) feed.close();
  }

  #withToken(url: string, feed: Feed): EventSource {
    const source = new FetchingEventSource(new URL(url, location.origin), {
      fetch: async (address, init) => {
        const send = (token: string | undefined) =>
          fetch(address, { ...init, headers: { ...init.headers, ...(token && { authorization: `Bearer ${token}` }) } });
        const response = await send(await this.#token(feed, false));
        if (response.status !== 401) return response;
        const fresh = await this.#token(feed, true);
        return fresh === undefined ? response : send(fresh);
      },
    });
    return source as unknown as EventSource; // it has the same interface
  }

  /** Asks one page after the other: one that does not answer is gone. */
  async #token(feed: Feed, isRefused: boolean): Promise<string | undefined> {
    for (const { page } of [...feed.followers]) {
      const token = await new Promise<string | undefined>((resolve) => {
        page.waiting.add(resolve);
        setTimeout(() => {
          page.waiting.delete(resolve);
          resolve(undefined);
        }, TOKEN_PATIENCE_MS);
        tell(page, { kind: 'askToken', isRefused });
      });
      if (token !== undefined) return token;
    }
    return undefined;
  }
}

function tell({ port }: Page, message: ToPage): void {
  port.postMessage(message);
}
