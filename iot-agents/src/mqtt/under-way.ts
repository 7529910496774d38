import { setTimeout as sleep } from 'node:timers/promises';

/** Messages that are being stored and are not acknowledged yet. */
export interface UnderWay {
  /** `message` settles when it has been acknowledged, or will not be. It never rejects. */
  add(message: Promise<void>): void;
  /** Whether no more messages are accepted. */
  isEnding(): boolean;
  /** Accepts no more messages, and waits for those in progress. */
  end(longestMs: number): Promise<void>;
}

export function createUnderWay(): UnderWay {
  const messages = new Set<Promise<void>>();
  let isEnding = false;
  return {
    add(message) {
      messages.add(message);
      void message.then(() => messages.delete(message));
    },
    isEnding: () => isEnding,
    async end(longestMs) {
      isEnding = true;
      await Promise.race([Promise.all(messages), sleep(longestMs, undefined, { ref: false })]);
    },
  };
}
