import type { Endpoint } from '../subscriptions/subscription.ts';
import type { Attempt } from './attempt.ts';
import type { NotificationMessage } from './build/build-notification.ts';

/** One message to one endpoint. */
export interface Sending {
  /** The id of the notification, a URN. */
  readonly id: string;
  /** The URL of the endpoint. */
  readonly url: URL;
  readonly message: NotificationMessage;
  /** Headers of this notification alone, such as its request id. */
  readonly ownHeaders: { readonly [name: string]: string } | undefined;
  readonly endpoint: Endpoint;
  /** For the whole exchange, including the connection. */
  readonly timeoutMs: number;
}

/** Sends notifications by one protocol. */
export interface Notifier {
  /** @param done called once, never before this returns. @throws Error: a header of the message can't be sent */
  send(sending: Sending, done: (attempt: Attempt) => void): void;
  /** Closes its connections. */
  close(): Promise<void>;
}
