import type { ContextServer } from './context-server.ts';
import type { NotificationReceiver } from './notification-receiver.ts';
import type { Sources } from './sources.ts';

/** What stands beside the broker in a run. */
export interface Rig {
  readonly contexts: ContextServer;
  readonly receiver: NotificationReceiver;
  readonly sources: Sources;
}
