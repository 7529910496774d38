import type { ContextServer } from './context-server.ts';
import type { NotificationReceiver } from './notification-receiver.ts';
import type { Sources } from './sources.ts';

/** The servers of a run besides the broker. */
export interface Rig {
  readonly contexts: ContextServer;
  readonly receiver: NotificationReceiver;
  readonly sources: Sources;
}
