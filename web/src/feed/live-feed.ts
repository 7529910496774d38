import type { Entity } from '@alzette/ngsi-ld-schemas';

export type Connection = 'connecting' | 'live' | 'reconnecting';

/** One event of the feed; a deleted entity has only its id and type. */
export interface EntityEvent {
  readonly trigger: 'entityCreated' | 'entityUpdated' | 'entityDeleted';
  readonly entity: Entity;
}

export interface LiveFeedHandlers {
  /** The feed is connected, but earlier events may be missing: reload. */
  onGap(): void;
  onEvent(event: EntityEvent): void;
  onConnection(connection: Connection): void;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;
/** The server sends a heartbeat every 4 seconds: after two missing ones the connection is dead. */
const SILENCE_MS = 9_000;
/** A busy server may take longer to open a stream. */
const OPENING_MS = 30_000;

/**
 * Keeps a feed of changes open until it is closed. The browser resumes a broken stream by its last event id. If it
 * gives up, or the server falls silent, the feed is opened again, with increasing pauses.
 *
 * @param openSource opens the stream, with credentials if it needs them
 * @returns closes the feed
 */
export function openLiveFeed(
  url: string,
  handlers: LiveFeedHandlers,
  openSource: (url: string) => EventSource = (address) => new EventSource(address),
): () => void {
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let watchdog: ReturnType<typeof setTimeout> | undefined;
  let pauseMs = FIRST_PAUSE_MS;

  function open(): void {
    const stream = openSource(url);
    source = stream;
    let resumable = false;
    watch(OPENING_MS);

    stream.addEventListener('ready', () => {
      heard();
      pauseMs = FIRST_PAUSE_MS;
      handlers.onConnection('live');
      if (!resumable) handlers.onGap();
    });
    stream.addEventListener('entity', (message) => {
      heard();
      resumable = true;
      handlers.onEvent(JSON.parse(message.data));
    });
    stream.addEventListener('reset', () => {
      heard();
      handlers.onConnection('live');
      handlers.onGap();
    });
    stream.addEventListener('heartbeat', heard);
    stream.addEventListener('error', () => {
      if (stream.readyState === EventSource.CLOSED) openLater();
      else handlers.onConnection('reconnecting');
    });
  }

  const heard = () => watch(SILENCE_MS);

  function watch(patienceMs: number): void {
    clearTimeout(watchdog);
    watchdog = setTimeout(openLater, patienceMs);
  }

  function openLater(): void {
    clearTimeout(watchdog);
    source?.close();
    handlers.onConnection('reconnecting');
    retry = setTimeout(open, pauseMs);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }

  open();
  return () => {
    clearTimeout(retry);
    clearTimeout(watchdog);
    source?.close();
  };
}
