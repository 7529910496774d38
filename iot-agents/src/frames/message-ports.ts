/** Stores a message in the inbox; resolves when it is committed. */
export type Receive = (topic: string, body: Uint8Array) => Promise<void>;

/** Publishes a message to its subscribers. */
export type Publish = (
  topic: string,
  payload: string,
  options: { readonly qos: 0 | 1 | 2; readonly retain: boolean },
) => Promise<void>;

/** Longer messages are truncated, so that they end in quarantine. */
export const LONGEST_BODY = 64 * 1024;
