import type { Entity } from '@alzette/ngsi-ld-schemas';

export type Connection = 'connecting' | 'live' | 'reconnecting';

/** One event of the feed; a deleted entity has only its id and type. */
export interface EntityEvent {
  readonly trigger: 'entityCreated' | 'entityUpdated' | 'entityDeleted';
  readonly entity: Entity;
}

interface LiveFeedHandlers {
  /** The feed is connected, but earlier events may be missing: reload. */
  onGap(): void;
  onEvent(event: EntityEvent): void;
  onConnection(connection: Connection): void;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;
/** The server sends a heartbeat every 15 seconds: after two missing ones the connection is dead. */
const SILENCE_MS = 40_000;

/**
 * Keeps a feed of changes open until it is closed. The browser resumes a broken stream by its last event id. If it
 * gives up, or the server falls silent, the feed is opened again, with increasing pauses.
 *
 * @returns closes the feed
 */
export function openLiveFeed(url: string, handlers: LiveFeedHandlers): () => void {
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let watchdog: ReturnType<typeof setTimeout> | undefined;
  let pauseMs = FIRST_PAUSE_MS;

  function open(): void {
    const stream = new EventSource(url);
    source = stream;
    let resumable = false;
    heard();

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

  function heard(): void {
    clearTimeout(watchdog);
    watchdog = setTimeout(openLater, SILENCE_MS);
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
