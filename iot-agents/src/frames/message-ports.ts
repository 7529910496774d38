/** When a message arrived, if that was noted before. */
export interface Received {
  /** ISO 8601. */
  readonly at: string;
  /** It was tried before, and may have been stored. */
  readonly isAgain: boolean;
}

/** Stores a message in the inbox; resolves when it is committed. */
export type Receive = (topic: string, body: Uint8Array, received?: Received) => Promise<void>;

/** Publishes a message to its subscribers. */
export type Publish = (
  topic: string,
  payload: string,
  options: { readonly qos: 0 | 1 | 2; readonly retain: boolean },
) => Promise<void>;

/** Longer messages are truncated, so that they end in quarantine. */
export const LONGEST_BODY = 64 * 1024;
