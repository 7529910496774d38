import { setTimeout as sleep } from 'node:timers/promises';

/** Messages that are being stored and are not acknowledged yet. They are only counted, because all messages pass here. */
export interface PendingMessages {
  /** A message has arrived. */
  begin(): void;
  /** A message is being acknowledged now, or will not be. */
  finish(): void;
  /** Whether no more messages are accepted. */
  isEnding(): boolean;
  /** Accepts no more messages, and waits for those in progress. */
  end(longestMs: number): Promise<void>;
}

export function createPendingMessages(): PendingMessages {
  let pending = 0;
  let isEnding = false;
  const none = Promise.withResolvers<void>();
  return {
    begin() {
      pending += 1;
    },
    finish() {
      pending -= 1;
      if (isEnding && pending === 0) none.resolve();
    },
    isEnding: () => isEnding,
    async end(longestMs) {
      isEnding = true;
      if (pending > 0) await Promise.race([none.promise, sleep(longestMs, undefined, { ref: false })]);
    },
  };
}
