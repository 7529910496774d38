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

/**
 * Keeps a feed of changes open until it is closed. The browser resumes a broken stream by its last event id. If it
 * gives up, the feed is opened again, with increasing pauses.
 *
 * @returns closes the feed
 */
export function openLiveFeed(url: string, handlers: LiveFeedHandlers): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pauseMs = FIRST_PAUSE_MS;

  function open(): void {
    const stream = new EventSource(url);
    source = stream;
    let resumable = false;

    stream.addEventListener('ready', () => {
      pauseMs = FIRST_PAUSE_MS;
      handlers.onConnection('live');
      if (!resumable) handlers.onGap();
    });
    stream.addEventListener('entity', (message) => {
      resumable = true;
      handlers.onEvent(JSON.parse(message.data));
    });
    stream.addEventListener('reset', () => {
      handlers.onConnection('live');
      handlers.onGap();
    });
    stream.addEventListener('error', () => {
      handlers.onConnection('reconnecting');
      if (stream.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(open, pauseMs);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    });
  }

  open();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}
