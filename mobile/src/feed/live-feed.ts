import type { Entity } from '@alzette/ngsi-ld-schemas';
import { CONTEXT_URL } from '../broker.ts';

export interface EntityEvent {
  trigger: 'entityCreated' | 'entityUpdated' | 'entityDeleted';
  at: string;
  changed?: string[];
  entity: Entity;
}

interface LiveFeedListener {
  onEntity(event: EntityEvent): void;
  /** The feed is connected (again), but events may be missing: reload. */
  onGap(): void;
  onLive(live: boolean): void;
}

const RETRY_MS = 10_000;

/** Subscribes to the entities of a type, in concise form. Returns a function that ends the subscription. */
export function followEntities(type: string, listener: LiveFeedListener): () => void {
  const url = `/events?${new URLSearchParams({ type, format: 'concise', context: CONTEXT_URL })}`;
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;

  function open(): void {
    source = new EventSource(url);
    source.addEventListener('ready', () => listener.onLive(true));
    source.addEventListener('reset', () => listener.onGap());
    source.addEventListener('entity', (message) => listener.onEntity(JSON.parse(message.data) as EntityEvent));
    source.addEventListener('error', () => {
      listener.onLive(false);
      // the browser reconnects by itself, except after an answer that is not an event stream
      if (source?.readyState === EventSource.CLOSED) retry = setTimeout(reopen, RETRY_MS);
    });
  }

  function reopen(): void {
    listener.onGap();
    open();
  }

  open();
  return () => {
    clearTimeout(retry);
    source?.close();
  };
}
