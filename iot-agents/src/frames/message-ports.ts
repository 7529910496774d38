/** Takes a message into the inbox; resolves when it is committed. */
export type Receive = (topic: string, body: Uint8Array) => Promise<void>;

/** Sends a message to whoever has subscribed. */
export type Publish = (
  topic: string,
  payload: string,
  options: { readonly qos: 0 | 1 | 2; readonly retain: boolean },
) => Promise<void>;

/** Longer messages are cut, so that they end in quarantine as what they are. */
export const LONGEST_BODY = 64 * 1024;
