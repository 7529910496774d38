import { tokensOfPage } from '@alzette/identity/browser/bear-token';
import type { FromPage, ToPage } from './feed-messages.ts';
import { type LiveFeedHandlers, openLiveFeed } from './live-feed.ts';

interface Followed {
  readonly url: string;
  readonly handlers: LiveFeedHandlers;
  /** Set if the page has opened a stream of its own. */
  close?: () => void;
}

type Port = Pick<MessagePort, 'postMessage' | 'onmessage'>;

/** The feeds that this page gets from the worker of all tabs. */
export class SharedFeeds {
  readonly #port: Port;
  readonly #followed = new Map<number, Followed>();
  #last = 0;
  #hasFailed = false;

  constructor(port: Port) {
    this.#port = port;
    port.onmessage = ({ data }: MessageEvent<ToPage>) => this.#hear(data);
  }

  /** @returns closes the feed */
  follow(url: string, handlers: LiveFeedHandlers): () => void {
    const feed = ++this.#last;
    const followed: Followed = { url, handlers };
    this.#followed.set(feed, followed);
    if (this.#hasFailed) followed.close = openLiveFeed(url, handlers);
    else this.#tell({ kind: 'follow', feed, url, reader: tokensOfPage()?.subject });
    return () => {
      this.#followed.delete(feed);
      if (followed.close) followed.close();
      else this.#tell({ kind: 'leave', feed });
    };
  }

  /** The page is left; it may come back from the browser's cache. */
  rest(): void {
    this.#tell({ kind: 'close' });
  }

  resume(): void {
    for (const [feed, { url, close }] of this.#followed) {
      if (!close) this.#tell({ kind: 'follow', feed, url, reader: tokensOfPage()?.subject });
    }
  }

  /** There is no worker: each feed gets a stream of its own. */
  fail(): void {
    this.#hasFailed = true;
    for (const followed of this.#followed.values()) {
      followed.close ??= openLiveFeed(followed.url, followed.handlers);
    }
  }

  #hear(said: ToPage): void {
    if (said.kind === 'askToken') return void this.#answer(said.isRefused);
    const { handlers } = this.#followed.get(said.feed) ?? {};
    if (said.kind === 'connection') handlers?.onConnection(said.connection);
    else if (said.kind === 'gap') handlers?.onGap();
    else handlers?.onEvent(said.event);
  }

  async #answer(isRefused: boolean): Promise<void> {
    const tokens = tokensOfPage();
    const token = await (isRefused ? tokens?.renew() : tokens?.token())?.catch(() => undefined);
    this.#tell({ kind: 'token', token });
  }

  #tell(message: FromPage): void {
    this.#port.postMessage(message);
  }
}

let shared: SharedFeeds | undefined;

/**
 * Keeps a feed of changes open until it is closed, by one stream for all tabs; where the browser has no shared workers,
 * by a stream of this page.
 *
 * @returns closes the feed
 */
export function openSharedFeed(url: string, handlers: LiveFeedHandlers): () => void {
  if (typeof SharedWorker === 'undefined') return openLiveFeed(url, handlers);
  shared ??= startWorker();
  return shared.follow(url, handlers);
}

function startWorker(): SharedFeeds {
  const worker = new SharedWorker(new URL('./feed-worker.ts', import.meta.url), {
    type: 'module',
    name: 'alzette-feed',
  });
  const feeds = new SharedFeeds(worker.port);
  worker.onerror = () => feeds.fail();
  addEventListener('pagehide', () => feeds.rest());
  addEventListener('pageshow', ({ persisted }) => persisted && feeds.resume());
  return feeds;
}
