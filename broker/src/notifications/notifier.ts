import type { Endpoint } from '../subscriptions/subscription.ts';
import type { Attempt } from './attempt.ts';
import type { NotificationMessage } from './build/build-notification.ts';

/** One message on its way to one endpoint. */
export interface Sending {
  /** The id of the notification, a URN. */
  readonly id: string;
  /** Of the endpoint. */
  readonly url: URL;
  readonly message: NotificationMessage;
  readonly endpoint: Endpoint;
  /** From first to last byte, connecting included. */
  readonly timeoutMs: number;
}

/** Sends notifications by one protocol. */
export interface Notifier {
  /** @param done called once, never before this returns. @throws Error: the message has a header that can't be sent */
  send(sending: Sending, done: (attempt: Attempt) => void): void;
  /** Closes its connections. */
  close(): Promise<void>;
}
